import type { Message } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { pairKey, type ConversationRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import { listBlockers } from '../store/blocks.ts'
import {
  findConversations,
  findDirectConversation,
  findMadeConversation,
  listMembersOf,
  type ConversationRow,
} from '../store/conversations.ts'
import { findMessages, listLastMessages, listLastTexts } from '../store/messages.ts'
import type { Tables } from '../store/tables.ts'
import { memberRecord, messageView } from '../views.ts'
import type { ConversationCache, ConversationTarget, Target } from './cache.ts'
import type { Waiting } from './operation.ts'

/** Reads the stored messages that a batch is about, with what they answer; and the conversations that the cache lacks. */
export async function loadMissing(
  db: Kysely<Tables>,
  cache: ConversationCache,
  operations: readonly Pick<Waiting, 'target' | 'messages'>[],
): Promise<Loaded> {
  const known = await loadMessages(db, operations)
  const targets = operations.flatMap(({ target }) => resolveTarget(target, known) ?? [])
  await loadConversations(db, cache, targets)
  const pairBlocks = new Map<string, number[]>()
  for (const target of targets) {
    if ('pair' in target && !cache.get(target))
      pairBlocks.set(pairKey(...target.pair), await listBlockers(db, target.pair))
  }
  return { known, pairBlocks }
}

type Loaded = Pick<Draft, 'known' | 'pairBlocks'>

/** The conversation that a target is in; undefined for a message that does not exist. */
export function resolveTarget(
  target: Target,
  messages: ReadonlyMap<number, Message>,
): ConversationTarget | undefined {
  if (!('message' in target)) return target
  const message = messages.get(target.message)
  return message && { id: message.conversation_id }
}

async function loadMessages(
  db: Kysely<Tables>,
  operations: readonly Pick<Waiting, 'target' | 'messages'>[],
): Promise<Map<number, Message>> {
  const ids = new Set(
    operations.flatMap(({ target, messages = [] }) =>
      'message' in target ? [target.message, ...messages] : messages,
    ),
  )
  if (ids.size === 0) return new Map()
  const rows = await findMessages(db, [...ids])
  const parents = rows.flatMap(({ parent_id }) =>
    parent_id === null || ids.has(parent_id) ? [] : [parent_id],
  )
  if (parents.length > 0) rows.push(...(await findMessages(db, parents)))
  return new Map(rows.map((row) => [row.id, messageView(row)]))
}

async function loadConversations(
  db: Kysely<Tables>,
  cache: ConversationCache,
  targets: readonly ConversationTarget[],
): Promise<void> {
  const missing = targets.filter((target) => !cache.get(target))
  if (missing.length === 0) return
  const ids = [...new Set(missing.flatMap((target) => ('id' in target ? [target.id] : [])))]
  const pairs = missing.flatMap((target) => ('pair' in target ? [target.pair] : []))
  const made = missing.flatMap((target) => ('made' in target ? [target.made] : []))

  const rows = ids.length > 0 ? await findConversations(db, ids) : []
  for (const [a, b] of pairs) {
    const row = await findDirectConversation(db, Math.min(a, b), Math.max(a, b))
    if (row && !rows.some(({ id }) => id === row.id)) rows.push(row)
  }
  for (const key of made) {
    const row = await findMadeConversation(db, key)
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
  const texts = await listLastTexts(
    db,
    rows.map(({ id }) => id),
  )
  const lastTexts = new Map(texts.map(({ conversation_id, ...text }) => [conversation_id, text]))
  const blockers = await loadBlockers(db, rows)
  return rows.map((row) => ({
    id: row.id,
    blockers: new Set(blockers.get(row.id)),
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
    made: row.created_by && row.client_id ? { by: row.created_by, client_id: row.client_id } : null,
    last_seq: row.last_seq,
    last_rev: row.last_rev,
    text_count: row.text_count,
    last_message: last.get(row.id) ?? null,
    last_text: lastTexts.get(row.id) ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    members: new Map(
      members
        .filter(({ conversation_id }) => conversation_id === row.id)
        .map((member) => [member.user_id, memberRecord(member)]),
    ),
  }))
}

async function loadBlockers(
  db: Kysely<Tables>,
  rows: readonly ConversationRow[],
): Promise<Map<number, number[]>> {
  const blockers = new Map<number, number[]>()
  for (const { id, low_user_id, high_user_id } of rows) {
    if (low_user_id && high_user_id) blockers.set(id, await listBlockers(db, [low_user_id, high_user_id]))
  }
  return blockers
}
