import type { Role } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { isLower } from './domain/roles.ts'
import {
  findAccount,
  hasOtherAdmin,
  lockAccount,
  lockRoles,
  updateAccount,
  type Account,
} from './store/accounts.ts'
import { insertAudit } from './store/audit.ts'
import { endAllSessions } from './store/sessions.ts'
import type { Tables } from './store/tables.ts'
import { tellChanged } from './tell-changed.ts'

export interface RoleChange {
  userId: number
  to: Role
  /** Null: somebody at the command line. */
  actorId: number | null
  now: Date
}

export type RoleOutcome =
  | { kind: 'has_role'; account: Account; from: Role; ended: number }
  | { kind: 'forbidden' }
  | { kind: 'user_not_found' | 'last_admin' }

/**
 * Gives a person a role, in the caller's transaction, and tells the other services. Tokens carry the role: a lower one ends the person's sessions, so
 * that no token with the old one is accepted any more; a higher one comes with the next token.
 */
export async function changeRole(
  tx: Kysely<Tables>,
  { userId, to, actorId, now }: RoleChange,
): Promise<RoleOutcome> {
  await lockRoles(tx)
  // The actor's token may be older than a change of their own role.
  if (actorId !== null && (await findAccount(tx, actorId))?.role !== 'admin') return { kind: 'forbidden' }
  const before = await lockAccount(tx, userId)
  if (!before) return { kind: 'user_not_found' }
  const from = before.role
  if (from === to) return { kind: 'has_role', account: before, from, ended: 0 }
  if (from === 'admin' && !(await hasOtherAdmin(tx, userId))) return { kind: 'last_admin' }

  const account = await updateAccount(tx, userId, { role: to })
  await insertAudit(tx, {
    at: now,
    actor_id: actorId,
    action: 'set_role',
    subject_id: userId,
    detail: { from, to },
  })
  const ended = isLower(to, from) ? await endAllSessions(tx, userId, now) : 0
  // Last, because it locks the outbox: whoever ends a session locks that first.
  await tellChanged(tx, account)
  return { kind: 'has_role', account, from, ended }
}
