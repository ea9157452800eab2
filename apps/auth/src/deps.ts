import type { Kysely } from 'kysely'
import type { Guard } from './guard.ts'
import type { Issuers } from './issuers/verify.ts'
import type { Keyring } from './keyring.ts'
import type { AuthMetrics } from './metrics.ts'
import type { Passwords } from './passwords.ts'
import type { Tables } from './store/tables.ts'

/** What handlers may touch. */
export interface Deps {
  db: Kysely<Tables>
  now: () => Date
  guard: Guard
  passwords: Passwords
  keyring: Keyring
  issuers: Issuers
  /** Publishes committed events at once. */
  wakeRelay: () => void
  metrics: AuthMetrics
}
