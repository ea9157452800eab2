import type { Message } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { pairKey, type ConversationRecord, type MemberRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import { sourceKey } from '../domain/forward.ts'
import { sharesAll } from '../domain/privacy.ts'
import type { StaffList } from '../domain/staff-list.ts'
import { listBlockedPairs } from '../store/blocks.ts'
import {
  findConversations,
  findDirectConversation,
  findMadeConversation,
  listMembersOf,
  listOnlookersOf,
  type ConversationRow,
  type MemberRow,
} from '../store/conversations.ts'
import { listHidden } from '../store/hidden.ts'
import { findMessages, listLastMessages, listLastTexts } from '../store/messages.ts'
import { listPrivacy } from '../store/privacy.ts'
import { findOpenSupport } from '../store/support.ts'
import type { Tables } from '../store/tables.ts'
import { memberRecord, messageView } from '../views.ts'
import { findVisibleMessage } from '../visible-message.ts'
import type { ConversationCache, ConversationTarget, Target } from './cache.ts'
import type { Waiting } from './operation.ts'

/** Reads the stored messages that a batch is about, with what they answer; and the conversations that the cache lacks. */
export async function loadMissing(
  origin: Origin,
  cache: ConversationCache,
  operations: readonly Pick<Waiting, 'target' | 'messages' | 'source' | 'joining'>[],
): Promise<Loaded> {
  const { db } = origin
  const known = await loadMessages(db, operations)
  const targets = operations.flatMap(({ target }) => resolveTarget(target, known) ?? [])
  await loadConversations(origin, cache, targets)
  const newPairs = targets.flatMap((target) => ('pair' in target && !cache.get(target) ? [target.pair] : []))
  const pairBlocks = await loadBlockers(db, newPairs)
  const joining = [...operations.flatMap((operation) => operation.joining ?? []), ...newPairs.flat()]
  const sources = await loadSources(db, operations)
  return { known, sources, pairBlocks, privacy: await loadPrivacy(db, joining) }
}

type Loaded = Pick<Draft, 'known' | 'sources' | 'pairBlocks' | 'privacy'>

async function loadSources(
  db: Kysely<Tables>,
  operations: readonly Pick<Waiting, 'source'>[],
): Promise<Draft['sources']> {
  const asked = new Map(operations.flatMap(({ source }) => (source ? [[sourceKey(source), source]] : [])))
  const sources = new Map<string, Message>()
  for (const [key, { message_id, user_id }] of asked) {
    const visible = await findVisibleMessage(db, message_id, user_id)
    if (visible) sources.set(key, messageView(visible.row))
  }
  return sources
}

/** A switch that is set after this read is applied in this lane after this batch. */
async function loadPrivacy(db: Kysely<Tables>, ids: readonly number[]): Promise<Draft['privacy']> {
  const used = await listPrivacy(db, ids)
  return new Map(ids.map((id) => [id, used.get(id) ?? sharesAll]))
}
/** Where conversations are read from. */
export interface Origin {
  db: Kysely<Tables>
  staff: StaffList
}

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
  origin: Origin,
  cache: ConversationCache,
  targets: readonly ConversationTarget[],
): Promise<void> {
  const { db } = origin
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
  for (const target of missing) {
    const row = 'support' in target ? await findOpenSupport(db, target.support) : undefined
    if (row && !rows.some(({ id }) => id === row.id)) rows.push(row)
  }
  for (const conversation of await toRecords(origin, rows)) cache.put(conversation)
}

async function toRecords(
  { db, staff }: Origin,
  rows: readonly ConversationRow[],
): Promise<ConversationRecord[]> {
  if (rows.length === 0) return []
  const found = await listMembersOf(
    db,
    rows.map(({ id }) => id),
  )
  const members = Map.groupBy(found, ({ conversation_id }) => conversation_id)
  const last = new Map(
    (await listLastMessages(db, rows)).map((row) => [row.conversation_id, messageView(row)]),
  )
  const texts = await listLastTexts(
    db,
    rows.map(({ id }) => id),
  )
  const lastTexts = new Map(texts.map(({ conversation_id, ...text }) => [conversation_id, text]))
  const lastIds = [...last.values()].map(({ id }) => id)
  const hidden = Map.groupBy(await listHidden(db, lastIds), ({ message_id }) => message_id)
  const blockers = await loadBlockers(
    db,
    rows.map(pairOf).filter((pair) => pair !== null),
  )
  const readers = await loadReaders(db, rows)
  return rows.map((row) => ({
    id: row.id,
    support:
      row.kind === 'support' && row.created_by
        ? { person_id: row.created_by, staff, readers: readers.get(row.id) ?? new Map() }
        : null,
    blockers: new Set(blockers.get(pairKey(...(pairOf(row) ?? [0, 0])))),
    derived: {},
    kind: row.kind,
    state: row.state,
    title: row.title,
    picture: row.picture,
    pair: pairOf(row),
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
    last_hidden_by: new Set(hidden.get(last.get(row.id)?.id ?? 0)?.map(({ user_id }) => user_id)),
    last_text: lastTexts.get(row.id) ?? null,
    pins: row.pins,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    members: new Map((members.get(row.id) ?? []).map((member) => [member.user_id, memberRecord(member)])),
  }))
}

const pairOf = ({ low_user_id, high_user_id }: ConversationRow): [number, number] | null =>
  low_user_id && high_user_id ? [low_user_id, high_user_id] : null

async function loadReaders(
  db: Kysely<Tables>,
  rows: readonly ConversationRow[],
): Promise<Map<number, Map<number, MemberRecord>>> {
  const ids = rows.flatMap(({ id, kind }) => (kind === 'support' ? [id] : []))
  const found = Map.groupBy(await listOnlookersOf(db, ids), ({ conversation_id }) => conversation_id)
  const records = (of: readonly MemberRow[]) => new Map(of.map((row) => [row.user_id, memberRecord(row)]))
  return new Map([...found].map(([id, of]) => [id, records(of)]))
}

/** Which of two people block the other, by pair. */
async function loadBlockers(
  db: Kysely<Tables>,
  pairs: readonly (readonly [number, number])[],
): Promise<Map<string, number[]>> {
  const found = await listBlockedPairs(db, pairs)
  const blockers = Map.groupBy(found, ({ blocker_id, blocked_id }) => pairKey(blocker_id, blocked_id))
  return new Map([...blockers].map(([pair, of]) => [pair, of.map(({ blocker_id }) => blocker_id)]))
}
