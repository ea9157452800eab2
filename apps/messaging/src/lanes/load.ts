import type { Kysely } from 'kysely'
import type { ConversationRecord } from '../domain/conversation.ts'
import {
  findConversations,
  findDirectConversation,
  listMembersOf,
  type ConversationRow,
} from '../store/conversations.ts'
import { listLastMessages } from '../store/messages.ts'
import type { Tables } from '../store/tables.ts'
import { memberRecord, messageView } from '../views.ts'
import type { ConversationCache, Target } from './cache.ts'

/** Reads the conversations that a batch is about and the cache lacks. Those that do not exist stay absent. */
export async function loadMissing(
  db: Kysely<Tables>,
  cache: ConversationCache,
  targets: readonly Target[],
): Promise<void> {
  const missing = targets.filter((target) => !cache.get(target))
  if (missing.length === 0) return
  const ids = [...new Set(missing.flatMap((target) => ('id' in target ? [target.id] : [])))]
  const pairs = missing.flatMap((target) => ('pair' in target ? [target.pair] : []))

  const rows = ids.length > 0 ? await findConversations(db, ids) : []
  for (const [a, b] of pairs) {
    const row = await findDirectConversation(db, Math.min(a, b), Math.max(a, b))
    if (row && !rows.some(({ id }) => id === row.id)) rows.push(row)
  }
  for (const conversation of await toRecords(db, rows)) cache.put(conversation)
}

async function toRecords(
  db: Kysely<Tables>,
  rows: readonly ConversationRow[],
): Promise<ConversationRecord[]> {
  if (rows.length === 0) return []
  const members = await listMembersOf(
    db,
    rows.map(({ id }) => id),
  )
  const last = new Map(
    (await listLastMessages(db, rows)).map((row) => [row.conversation_id, messageView(row)]),
  )
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    title: row.title,
    pair: row.low_user_id && row.high_user_id ? [row.low_user_id, row.high_user_id] : null,
    match:
      row.match_id && row.match_generation && row.match_created_at
        ? {
            id: row.match_id,
            generation: row.match_generation,
            created_at: row.match_created_at.toISOString(),
          }
        : null,
    last_seq: row.last_seq,
    last_rev: row.last_rev,
    last_message: last.get(row.id) ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    members: new Map(
      members
        .filter(({ conversation_id }) => conversation_id === row.id)
        .map((member) => [member.user_id, memberRecord(member)]),
    ),
  }))
}
