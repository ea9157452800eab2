import type { Generated } from 'kysely'

export type Role = 'user' | 'agent' | 'admin'

export interface AccountTable {
  id: number
  username: string
  email: string | null
  phone: string | null
  /** Null: the person logs in by an outside issuer only. */
  password_hash: string | null
  first_name: string
  last_name: string
  profile_picture: string | null
  /** What a search compares with: the whole name and the last name, folded. */
  name_key: string
  last_name_key: string
  role: Generated<Role>
  /** Counts the changes, so that others can order them. */
  version: Generated<number>
  created_at: Date
}

export interface SessionTable {
  id: string
  user_id: number
  device: string | null
  /** Hash of the part that all refresh tokens of the session share. */
  family_hash: string
  /** Hash of the one refresh token that is not used yet. */
  token_hash: string
  /** Hash of the token before it. */
  previous_hash: string | null
  /** With the token before, gives the present one. */
  successor_nonce: string | null
  rotated_at: Date | null
  created_at: Date
  last_used_at: Date
  expires_at: Date
  ended_at: Date | null
  /** What outside tokens on sockets find it by. */
  opened_by: string | null
}

/** Who a person is to an outside issuer. */
export interface IdentityTable {
  issuer: string
  subject: string
  user_id: number
  created_at: Date
}

export interface TicketTable {
  ticket_hash: string
  session_id: string
  origin: string | null
  expires_at: Date
}

export interface SigningKeyTable {
  kid: string
  private_jwk: Record<string, unknown>
  /** From when on it signs, until the next one does. */
  use_from: Date
}

export interface RateLimitTable {
  key: string
  /** When the limit is unused again, in milliseconds since 1970. */
  idle_at_ms: number
}

export interface GuessTable {
  key: string
  failures: number
  last_failed_at: Date
  blocked_until: Date
}

/** Who gave whom which power. Rows stay when the people are gone, so ids refer to no account. */
export interface AuditTable {
  id: Generated<number>
  at: Date
  /** Null: somebody at the command line. */
  actor_id: number | null
  action: 'set_role'
  subject_id: number
  /** `from` is null for an account that was made with the role. */
  detail: { from: Role | null; to: Role }
}

/** A copy of matching's, which follows within moments. */
export interface BlockTable {
  blocker_id: number
  blocked_id: number
}

/** Of what was heard last of a block, ended ones too. */
export interface BlockVersionTable extends BlockTable {
  version: number
}

export interface Tables {
  account: AccountTable
  session: SessionTable
  identity: IdentityTable
  ticket: TicketTable
  signing_key: SigningKeyTable
  rate_limit: RateLimitTable
  guess: GuessTable
  audit: AuditTable
  block: BlockTable
  block_version: BlockVersionTable
}
