import type { Message } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { Frame } from '../client/socket.ts'
import { ConversationLog, type DurableFrame } from './conversation-log.ts'
import { newNotes } from './notes.ts'
import { createRandom } from './random.ts'
import { Repairs } from './repairs.ts'

const room = 1

const blank: Omit<Message, 'id' | 'seq' | 'rev'> = {
  conversation_id: room,
  client_id: null,
  kind: 'text',
  content: '',
  sender: { id: 1, username: 'ada', first_name: 'Ada', last_name: '', profile_picture: null },
  parent_message_id: null,
  attachments: [],
  reactions: {},
  reply_count: 0,
  mentions: [],
  quote: null,
  forwarded_from: null,
  system: null,
  created_at: '2026-01-01T00:00:00.000Z',
  is_edited: false,
  edited_at: null,
  is_deleted: false,
}

/** A message as it was told last; `seq` is that of its beginning. */
const said = (rev: number, seq = rev): DurableFrame => ({
  type: 'chat_message',
  conversation_id: room,
  seq,
  rev,
  message: { ...blank, id: seq, seq, rev },
})

function world() {
  const log = new ConversationLog(() => undefined)
  const sent: Frame[] = []
  const transmit = (frame: Frame): boolean => sent.push(frame) > 0
  const repairs = new Repairs({ transmit, logOf: () => log, random: createRandom(1), notes: newNotes() })
  const shown = () => [...log.messages.keys()]
  const later = () => repairs.look(performance.now() + 1_000)
  repairs.begun()
  repairs.caughtUp('c0')
  return { repairs, sent, shown, later }
}

test('a cursor counts only once nothing before it is missing', () => {
  const { repairs, sent, shown, later } = world()
  repairs.show(said(1))
  // As when a gateway makes a socket whole: a message was edited meanwhile.
  repairs.show(said(3))
  repairs.caughtUp('c1')
  const early = repairs.cursor
  later()
  repairs.show(said(2))
  repairs.pulled({ conversation_id: room, rev: 3, has_more: false })

  expect(early).toBe('c0')
  expect(sent).toMatchObject([{ type: 'pull', after_rev: 1 }])
  expect([repairs.cursor, shown()]).toEqual(['c1', [1, 2, 3]])
})

test('a cursor that came with a gap is worth nothing on the next socket', () => {
  const { repairs } = world()
  repairs.show(said(2))
  repairs.caughtUp('c1')
  repairs.disconnected()

  expect(repairs.cursor).toBe('c0')
})

test('what a replay has left out is pulled, page by page, from where the replay began', () => {
  const { repairs, sent, shown, later } = world()
  repairs.show(said(1))
  repairs.disconnected()
  repairs.begun()
  for (const rev of [5, 6]) repairs.show(said(rev))
  repairs.fellBehind(room)
  repairs.caughtUp('c1')
  const early = repairs.cursor
  later()
  for (const rev of [2, 3]) repairs.show(said(rev))
  repairs.pulled({ conversation_id: room, rev: 3, has_more: true })
  later()
  for (const rev of [4, 5, 6]) repairs.show(said(rev))
  repairs.pulled({ conversation_id: room, rev: 6, has_more: false })

  expect(early).toBe('c0')
  expect(sent).toMatchObject([{ after_rev: 1 }, { after_rev: 3 }])
  expect(shown().toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  expect([repairs.cursor, repairs.isWhole]).toEqual(['c1', true])
})
