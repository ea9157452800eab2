import { draw, probe } from './probe.ts'
import { createElement } from 'react'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import {
  useCandidates,
  useConnection,
  useConversation,
  useConversations,
  useFrame,
  useMatches,
  useMembers,
  useMessages,
  useNotifications,
  usePresence,
  useSession,
  useTyping,
  useUnread,
} from '../src/index.ts'
import { pair, runSystem } from './system.ts'

const patiently = { timeoutMs: 20_000 }
const come = runSystem()

test('a person logs out and registers; what is shown follows', async () => {
  await using ada = await come('ada')
  using session = await probe(ada, useSession)
  using connection = await probe(ada, useConnection)
  expect(session.now).toMatchObject({ status: 'signed_in', user: { id: ada.id } })
  expect(connection.now.isConnected).toBe(true)

  await session.now.logOut()
  await eventually(() => expect(session.now.status).toBe('signed_out'))
  await eventually(() =>
    expect(connection.now).toMatchObject({ isConnected: false, state: { name: 'closed' } }),
  )
  const { user } = await session.now.register({ username: `again-${ada.id}`, password: 'a long one' })

  await eventually(() => expect(session.now).toMatchObject({ status: 'signed_in', user: { id: user.id } }))
  await eventually(() => expect(connection.now.isConnected).toBe(true), patiently)
})

test('people like each other: the deck, the moment of the match, the list of matches, and the end of one', async () => {
  await using stack = new AsyncDisposableStack()
  const [ada, ben] = [stack.use(await come('ada')), stack.use(await come('ben'))]
  const moments: number[] = []
  using deck = await probe(ada, useCandidates)
  using matches = await probe(ada, useMatches)
  using _ = await probe(ada, () => useFrame('new_match', ({ match }) => void moments.push(match.user.id)))
  const isThere = () => deck.now.candidates.some(({ user }) => user.id === ben.id)
  await eventually(() => expect(isThere()).toBe(true), patiently)

  const passed = deck.now.pass(ben.id)
  await eventually(() => expect(isThere()).toBe(false))
  await passed
  await expect(deck.now.undo()).resolves.toEqual({ user_id: ben.id, undone: 'pass' })
  await eventually(() => expect(deck.now.candidates[0]?.user.id).toBe(ben.id))
  await ben.state.matching.like(ada.id)
  await expect(deck.now.like(ben.id)).resolves.toMatchObject({ status: 'matched' })
  await eventually(() => expect(moments).toEqual([ben.id]))
  expect(matches.now.matches.map(({ user }) => user.id)).toEqual([ben.id])

  await ben.state.matching.unmatch(matches.now.matches[0]?.id ?? 0)
  await eventually(() => expect(matches.now.matches).toEqual([]))
  await expect(deck.now.like(-1)).rejects.toMatchObject({ code: 'invalid' })
})

test('a conversation: messages, edits, reactions, deletions, receipts, signs of typing, presence and the badge', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(come, stack)
  using inbox = await probe(ben, useConversations)
  using unread = await probe(ben, useUnread)
  using typing = await probe(ben, () => useTyping(room))
  using presence = await probe(ben, () => usePresence(ada.id))
  using adas = await probe(ada, () => useMessages(room))
  using bens = await probe(ben, () => useMessages(room))
  using members = await probe(ada, () => useMembers(room))
  using title = await probe(ada, () => useConversation(room))
  await eventually(() => expect([adas.now.isLoaded, bens.now.isLoaded]).toEqual([true, true]), patiently)
  await eventually(() => expect(presence.now.status).toBe('online'), patiently)
  await eventually(
    () => expect(title.now).toMatchObject({ id: room, kind: 'direct', state: 'open' }),
    patiently,
  )

  ada.client.setTyping(room)
  await eventually(() => expect(typing.now.typists.map(({ user_id }) => user_id)).toEqual([ada.id]))
  await adas.now.send('Hello').acked
  await eventually(() => expect(bens.now.messages.map(({ content }) => content)).toEqual(['Hello']))
  expect(typing.now.typists).toEqual([])
  await eventually(() => expect([unread.now, inbox.now.conversations[0]?.unread_count]).toEqual([1, 1]))

  bens.now.markRead()
  await eventually(() => expect(unread.now).toBe(0))
  await eventually(() => expect(members.now.find(({ user }) => user.id === ben.id)?.read_seq).toBe(1))
  const [hello] = bens.now.messages
  if (!hello) throw new Error('nothing is shown')
  await bens.now.react(hello, '👍')
  await adas.now.edit(hello, 'Hello, Ben')
  await eventually(() =>
    expect(bens.now.messages[0]).toMatchObject({ content: 'Hello, Ben', reactions: { '👍': [ben.id] } }),
  )
  await adas.now.remove(hello)
  await eventually(() => expect(bens.now.messages[0]?.is_deleted).toBe(true))
})

test('a message that is refused stands as failed; it can be retried and discarded', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, room } = await pair(come, stack)
  using shown = await probe(ada, () => useMessages(room))

  const { acked } = shown.now.send('x'.repeat(5_000))
  await expect(acked).rejects.toMatchObject({ code: 'invalid' })
  await eventually(() => expect(shown.now.messages.map(({ state }) => state)).toEqual(['failed']))
  const [failed] = shown.now.messages
  if (!failed) throw new Error('nothing is shown')
  await expect(shown.now.retry(failed).acked).rejects.toMatchObject({ code: 'invalid' })
  shown.now.discard(failed)

  await eventually(() => expect(shown.now.messages).toEqual([]))
})

test('a conversation is drawn once for a message, and messages that did not change stay the same objects', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(come, stack)
  for (let n = 0; n < 60; n += 1) await ben.client.send(room, `${n}`).acked
  using shown = await probe(ada, () => useMessages(room))
  await eventually(() => expect(shown.now.messages).toHaveLength(50), patiently)
  await shown.now.loadOlder()
  await eventually(() => expect(shown.now).toMatchObject({ hasOlder: false, isLoading: false }))
  const before = shown.now
  const calls = shown.calls.length

  await ben.client.send(room, 'one more').acked
  await eventually(() => expect(shown.now.messages).toHaveLength(61))

  expect(shown.calls.length).toBe(calls + 1)
  expect(shown.now.messages.slice(0, 60).every((message, n) => message === before.messages[n])).toBe(true)
  const { messages: _, ...rest } = before
  const { messages: __, ...after } = shown.now
  expect(Object.entries(rest).filter(([name, value]) => after[name as keyof typeof after] !== value)).toEqual(
    [],
  )
})

test('notifications come, are counted and are read', async () => {
  await using stack = new AsyncDisposableStack()
  const [ada, ben] = [stack.use(await come('ada')), stack.use(await come('ben'))]
  using shown = await probe(ada, useNotifications)
  await eventually(() => expect(shown.now.isLoaded).toBe(true), patiently)

  await ada.state.matching.like(ben.id)
  await ben.state.matching.like(ada.id)
  await eventually(() => expect(shown.now.unread).toBe(1))
  expect(shown.now.notifications[0]).toMatchObject({ notification_type: 'match', read_at: null })
  await shown.now.markRead()

  await eventually(() => expect(shown.now.unread).toBe(0))
  expect(shown.now.notifications[0]?.read_at).not.toBeNull()
})

test('two hundred components under StrictMode read one socket, and listeners change without a trace', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(come, stack)
  const heard: string[] = []
  const seen = new Map<number, number>()
  let word = 'old'
  const Row = ({ n }: { n: number }) => {
    const said = word
    seen.set(n, useMessages(room).messages.length)
    useFrame('chat_message', () => void heard.push(said))
    return null
  }
  const rows = () => Array.from({ length: 200 }, (_, n) => createElement(Row, { n, key: n }))
  using drawn = draw(ada.state, rows, true)
  await eventually(() => expect(seen.size).toBe(200))
  word = 'new'
  drawn.redraw()
  using _ = await probe({ ...ada, isStrict: true }, useConversations)

  await ben.client.send(room, 'hello').acked
  await eventually(() => expect([...seen.values()]).toEqual(Array.from({ length: 200 }, () => 1)), patiently)

  await eventually(() => expect(heard).toEqual(Array.from({ length: 200 }, () => 'new')))
  expect(ada.sockets()).toBe(1)
})
