import { outboxMigration } from '@parley/service-kit'
import * as accounts from './0001-accounts.ts'
import * as audit from './0003-audit.ts'

export const migrations = {
  '0001-accounts': accounts,
  '0002-outbox': outboxMigration,
  '0003-audit': audit,
}
