import type { Message, Quote, SystemNote } from '@parley/protocol'
import type pg from 'pg'
import { plainArray, textArray } from './array-literal.ts'

export interface MessageInsert {
  conversation_id: number
  seq: number
  id: number
  rev: number
  sender_id: number
  client_id: string | null
  content: string
  text_no: number
  /** What a plain message has not; null for one. */
  extra: MessageExtra | null
}

export interface MessageExtra {
  kind: 'text' | 'system'
  parent_id: number | null
  attachments: Message['attachments'] | null
  mentions: number[] | null
  quote: Quote | null
  system: SystemNote | null
  forwarded_from: number | null
}

/** The present state of a stored message. */
export interface MessageChange extends Omit<
  MessageExtra,
  'kind' | 'system' | 'parent_id' | 'forwarded_from'
> {
  id: number
  rev: number
  content: string
  edited_at: string | null
  deleted_at: string | null
  reply_count: number
  reactions: Record<string, number[]> | null
}

/** What a message said before the change that has this rev. */
export interface EditInsert {
  message_id: number
  rev: number
  content: string
}

export interface CountersUpdate {
  id: number
  last_seq: number
  last_rev: number
  text_count: number
  updated_at: string
}

export interface WatermarkUpdate {
  conversation_id: number
  user_id: number
  read_seq: number
  delivered_seq: number
  read_texts: number
  unread_extra: number
  read_moved: boolean
  delivered_moved: boolean
}

export interface BatchRows {
  lane: number
  owner_epoch: number
  next_id: number
  published_pos: number
  payload: string
  now: string
  messages: readonly MessageInsert[]
  changes: readonly MessageChange[]
  edits: readonly EditInsert[]
  counters: readonly CountersUpdate[]
  watermarks: readonly WatermarkUpdate[]
  /** Whether one of the counters is of a support conversation. */
  has_support: boolean
}

const appendSql = `select append_batch(${Array.from({ length: 31 }, (_, i) => `$${i + 1}`).join(', ')}) as pos`

/**
 * Commits a batch and gives its position. Throws when the lane has another owner (SQLSTATE PL001), and when a
 * `client_id` stands in its conversation already (23505): then nothing is written.
 */
export async function appendBatch(client: pg.ClientBase, rows: BatchRows): Promise<number> {
  const { messages: m, counters: c, watermarks: w } = rows
  const result = await client.query<{ pos: number }>({
    name: 'append_batch',
    text: appendSql,
    values: [
      rows.lane,
      rows.owner_epoch,
      rows.next_id,
      rows.published_pos,
      rows.payload,
      rows.now,
      plainArray(m.map((row) => row.conversation_id)),
      plainArray(m.map((row) => row.seq)),
      plainArray(m.map((row) => row.id)),
      plainArray(m.map((row) => row.rev)),
      plainArray(m.map((row) => row.sender_id)),
      textArray(m.map((row) => row.client_id)),
      textArray(m.map((row) => row.content)),
      plainArray(m.map((row) => row.text_no)),
      textArray(m.map((row) => row.extra && JSON.stringify(row.extra))),
      plainArray(c.map((row) => row.id)),
      plainArray(c.map((row) => row.last_seq)),
      plainArray(c.map((row) => row.last_rev)),
      plainArray(c.map((row) => row.text_count)),
      textArray(c.map((row) => row.updated_at)),
      plainArray(w.map((row) => row.conversation_id)),
      plainArray(w.map((row) => row.user_id)),
      plainArray(w.map((row) => row.read_seq)),
      plainArray(w.map((row) => row.delivered_seq)),
      plainArray(w.map((row) => row.read_texts)),
      plainArray(w.map((row) => row.unread_extra)),
      plainArray(w.map((row) => row.read_moved)),
      plainArray(w.map((row) => row.delivered_moved)),
      rows.changes.length > 0 ? JSON.stringify(rows.changes) : null,
      JSON.stringify(rows.edits),
      rows.has_support,
    ],
  })
  return result.rows[0]?.pos as number
}
