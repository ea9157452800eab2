import type { Migration } from 'kysely/migration'
import * as conversations from './0001-conversations.ts'
import * as appendBatch from './0002-append-batch.ts'

export const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
  '0002-append-batch': appendBatch,
}
