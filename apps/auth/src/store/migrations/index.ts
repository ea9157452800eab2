import { outboxMigration, outboxStreamMigration } from '@parley/service-kit'
import * as accounts from './0001-accounts.ts'
import * as audit from './0003-audit.ts'
import * as blocks from './0004-blocks.ts'
import * as identities from './0005-identities.ts'
import * as ticketOrigin from './0006-ticket-origin.ts'
import * as blockVersion from './0008-block-version.ts'

export const migrations = {
  '0001-accounts': accounts,
  '0002-outbox': outboxMigration,
  '0003-audit': audit,
  '0004-blocks': blocks,
  '0005-identities': identities,
  '0006-ticket-origin': ticketOrigin,
  '0007-outbox-stream': outboxStreamMigration,
  '0008-block-version': blockVersion,
}
