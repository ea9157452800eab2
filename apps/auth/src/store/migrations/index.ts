import { outboxMigration } from '@parley/service-kit'
import * as accounts from './0001-accounts.ts'

export const migrations = {
  '0001-accounts': accounts,
  '0002-outbox': outboxMigration,
}
