import type { ShownMessage } from '@parley/client/state'
import { expect, test } from 'vitest'
import { type Row, rowsOf, threadRowsOf } from './rows.ts'

const said = (by: number, created_at: string, seq: number): ShownMessage => ({
  id: seq,
  conversation_id: 1,
  seq,
  rev: seq,
  client_id: null,
  kind: 'text',
  content: '',
  sender: { id: by, username: 'ada', first_name: '', last_name: '', profile_picture: null },
  parent_message_id: null,
  attachments: [],
  reactions: {},
  reply_count: 0,
  mentions: [],
  quote: null,
  forwarded_from: null,
  system: null,
  created_at,
  is_edited: false,
  edited_at: null,
  is_deleted: false,
  state: 'stored',
  is_pending: false,
  error: null,
})

const shapeOf = (rows: Row[]) =>
  rows.map(
    ({ startsDay, startsUnread, startsGroup, endsGroup }) =>
      `${startsDay ? 'd' : ''}${startsUnread ? 'u' : ''}${startsGroup ? '[' : ''}${endsGroup ? ']' : ''}`,
  )
const shape = (messages: ShownMessage[], readSeq?: number) => shapeOf(rowsOf(messages, { meId: 1, readSeq }))

test('what one person says in one go stands together, until somebody else speaks, a while passes or a day ends', () => {
  const messages = [
    said(1, '2026-03-01T10:00:00Z', 1),
    said(1, '2026-03-01T10:01:00Z', 2),
    said(2, '2026-03-01T10:02:00Z', 3),
    said(2, '2026-03-01T10:12:00Z', 4),
    said(2, '2026-03-03T10:13:00Z', 5),
  ]

  expect(shape(messages)).toEqual(['d[', ']', '[]', '[]', 'd[]'])
})

test('a rule stands above the first message of others that was not read', () => {
  const messages = [
    said(2, '2026-03-01T10:00:00Z', 1),
    said(2, '2026-03-01T10:01:00Z', 2),
    said(2, '2026-03-01T10:02:00Z', 3),
  ]

  expect(shape(messages, 1)).toEqual(['d[]', 'u[', ']'])
  expect(shape(messages, 3)).toEqual(['d[', '', ']'])
})

test('an answer comes with what it answers as it is now, where that is here', () => {
  const parent = said(1, '2026-03-01T10:00:00Z', 1)
  const answer = { ...said(2, '2026-03-01T10:01:00Z', 2), parent_message_id: 1 }
  const deleted = { ...parent, is_deleted: true }
  const parents = (messages: ShownMessage[]) =>
    rowsOf(messages, { meId: 1, readSeq: undefined }).map((row) => row.parent)

  expect(parents([parent, answer])).toEqual([undefined, parent])
  expect(parents([deleted, answer])).toEqual([undefined, deleted])
  expect(parents([answer])).toEqual([undefined])
})

test('the answers in a thread stand apart from what they answer, under one rule of the day', () => {
  const [root, ...replies] = [1, 2, 3].map((seq) => said(2, '2026-03-01T10:00:00Z', seq))

  expect(shapeOf(threadRowsOf(root!, replies, 1))).toEqual(['d[]', '[', ']'])
  expect(shapeOf(threadRowsOf(root!, [], 1))).toEqual(['d[]'])
})
