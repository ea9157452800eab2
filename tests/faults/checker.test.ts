import { expect, test } from 'vitest'
import { conversationFaults, matchFaults, type ConversationHistory, type MatchHistory } from './checker.ts'
import type { Shown } from './conversation-log.ts'
import type { Change } from './sends.ts'

const message = (n: number): Shown => ({
  ...{ id: n * 256, seq: n, rev: n, client_id: `c${n}`, kind: 'text', content: `ada-${n}` },
  ...{ is_edited: false, is_deleted: false, reactions: {} },
})
const send = (n: number, more: { isOnce?: boolean; isAcked?: boolean } = {}) => {
  const { isOnce = false, isAcked = true } = more
  const { id, seq, rev, content } = message(n)
  return { client_id: `c${n}`, content, isOnce, acks: isAcked ? [{ message_id: id, seq, rev }] : [] }
}
const three = [message(1), message(2), message(3)]

const history = (change: Partial<ConversationHistory> = {}): ConversationHistory => ({
  conversation_id: 7,
  sends: [send(1), send(2), send(3)],
  stored: [three, three],
  shown: [three, three],
  ...change,
})

const texts = (of: ConversationHistory): string[] => conversationFaults(of).map(({ text }) => text)

test('a conversation that everybody has alike has no faults', () => {
  expect(conversationFaults(history())).toEqual([])
})

test('a send that was tried once and not acknowledged may be stored, or not', () => {
  const once = send(4, { isOnce: true, isAcked: false })
  const four = [...three, message(4)]

  expect(conversationFaults(history({ sends: [...history().sends, once] }))).toEqual([])
  const kept = { sends: [...history().sends, once], stored: [four, four], shown: [four, four] }
  expect(conversationFaults(history(kept))).toEqual([])
})

test.for<[string, Partial<ConversationHistory>, string]>([
  [
    'an acknowledged message is lost',
    { sends: [send(1), send(2), send(3), send(4)] },
    'ada-4 is acknowledged and not stored',
  ],
  [
    'a message is stored twice',
    { stored: [[...three, { ...message(4), client_id: 'c3' }]] },
    'ada-3 is stored 2 times',
  ],
  ['a message is nobody’s', { sends: [send(1), send(2)] }, 'message 768 is stored, and nobody sent it'],
  [
    'a send was never answered',
    { sends: [...history().sends, send(4, { isAcked: false })] },
    'ada-4 was never acknowledged',
  ],
  [
    'an ack names another message',
    { sends: [send(1), send(2), { ...send(3), acks: [{ message_id: 1, seq: 3, rev: 3 }] }] },
    'ada-3 was acknowledged as another message than the stored one',
  ],
  [
    'a counter has a gap',
    { stored: [[message(1), message(3)]], sends: [send(1), send(3)] },
    'seq 3 does not follow',
  ],
  [
    'members read different things',
    { stored: [three, [message(1), message(2)]] },
    'what its members read differs at 2',
  ],
  [
    'a client lost the first',
    { shown: [[message(2), message(3)]] },
    'client 1 has lost 1 messages: at the beginning',
  ],
  [
    'a client lost one between',
    { shown: [[message(1), message(3)]] },
    'client 1 has lost 1 messages: in the middle',
  ],
  [
    'a client lost the last',
    { shown: [three, [message(1), message(2)]] },
    'client 2 has lost 1 messages: at the end',
  ],
  ['a client showed one twice', { shown: [[...three, message(3)]] }, 'client 1 shows 1 messages twice'],
  [
    'a client showed two out of order',
    { shown: [[message(1), message(3), message(2)]] },
    'what client 1 shows differs at 1',
  ],
])('%s: it is found', ([, change, fault]) => {
  expect(texts(history(change)).join('\n')).toContain(`conversation 7: ${fault}`)
})

const change = (more: Partial<Change>): Change => ({ kind: 'edit', by: 7, isAcked: true, ...more })
const changed = (own: Change, more: Partial<Shown>): ConversationHistory => {
  const all = [message(1), message(2), { ...message(3), rev: 4, ...more }]
  const sends = [send(1), send(2), { ...send(3), change: own }]
  return history({ sends, stored: [all, all], shown: [all, all] })
}
const edit = change({ content: 'better' })

test.for<[string, Change, Partial<Shown>]>([
  ['an edit', edit, { content: 'better', is_edited: true }],
  ['a deletion', change({ kind: 'delete' }), { content: '', is_deleted: true }],
  ['a reaction', change({ kind: 'react', emoji: '👍' }), { reactions: { '👍': [7] } }],
  ['an edit without an answer, made', { ...edit, isAcked: false }, { content: 'better', is_edited: true }],
  ['an edit without an answer, not made', { ...edit, isAcked: false }, {}],
])('%s is what is expected of a changed message', ([, own, more]) => {
  expect(conversationFaults(changed(own, more))).toEqual([])
})

test.for<[string, Change, Partial<Shown>]>([
  ['an acknowledged edit that is not made', edit, {}],
  ['an acknowledged deletion that is not made', change({ kind: 'delete' }), {}],
  ['a reaction of somebody else', change({ kind: 'react', emoji: '👍' }), { reactions: { '👍': [8] } }],
])('%s is found', ([, own, more]) => {
  expect(texts(changed(own, more))).toEqual([
    expect.stringContaining('conversation 7: ada-3 is stored as [3,4,768'),
  ])
})

const card = (id: number) => ({
  id,
  username: `p${id}`,
  first_name: '',
  last_name: '',
  profile_picture: null,
})
const match = (other: number) => ({ id: 9, user: card(other), conversation_id: 5, created_at: '' })
const opened = (id: number) =>
  ({ id, participants: [card(1), card(2)] }) as MatchHistory['conversations'][0][0]

const matched = (change: Partial<MatchHistory> = {}): MatchHistory => ({
  people: [1, 2],
  matches: [[match(2)], [match(1)]],
  conversations: [[opened(5)], [opened(5)]],
  told: [new Map([[9, 5]]), new Map([[9, 5]])],
  ...change,
})

test('a pair with one match, one conversation and two who know of it has no faults', () => {
  expect(matchFaults(matched())).toEqual([])
})

test.for<[string, Partial<MatchHistory>, string]>([
  ['half a match', { matches: [[match(2)], []] }, '1 and 2: 0 matches on one side'],
  ['two matches', { matches: [[match(2)], [match(1), match(1)]] }, '1 and 2: 2 matches on one side'],
  [
    'two conversations',
    { conversations: [[opened(5), opened(6)], [opened(5)]] },
    '2 conversations on one side',
  ],
  [
    'another conversation',
    { conversations: [[opened(6)], [opened(6)]] },
    'a match that leads to another conversation',
  ],
  ['one was not told', { told: [new Map(), new Map([[9, 5]])] }, 'a match that one side was not told'],
])('%s: it is found', ([, change, fault]) => {
  expect(matchFaults(matched(change)).join('\n')).toContain(fault)
})
