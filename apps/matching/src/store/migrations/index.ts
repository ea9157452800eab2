import { outboxMigration } from '@parley/service-kit'
import type { Migration } from 'kysely/migration'
import * as profiles from './0001-profiles.ts'
import * as pairs from './0002-pairs.ts'

export const migrations: Record<string, Migration> = {
  '0001-profiles': profiles,
  '0002-pairs': pairs,
  '0003-outbox': outboxMigration,
}
