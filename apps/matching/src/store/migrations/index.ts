import { outboxMigration, outboxStreamMigration } from '@parley/service-kit'
import type { Migration } from 'kysely/migration'
import * as profiles from './0001-profiles.ts'
import * as pairs from './0002-pairs.ts'
import * as blocks from './0004-blocks.ts'
import * as reports from './0005-reports.ts'
import * as blockVersion from './0007-block-version.ts'

export const migrations: Record<string, Migration> = {
  '0001-profiles': profiles,
  '0002-pairs': pairs,
  '0003-outbox': outboxMigration,
  '0004-blocks': blocks,
  '0005-reports': reports,
  '0006-outbox-stream': outboxStreamMigration,
  '0007-block-version': blockVersion,
}
