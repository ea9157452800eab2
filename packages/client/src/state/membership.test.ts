import { expect, test } from 'vitest'
import { ada, ben, type Frame, type Peer } from '../../test/scripted-gateway.ts'
import { conversation, frameOf, message, own, type StateWorld, stateWorld } from '../../test/state-world.ts'
import { live, room, until } from '../../test/world.ts'
import type { LiveConversation } from './live-conversation.ts'

const seqs = (open: LiveConversation) => open.messages.get().map(({ seq }) => seq)

const update = (event: string, fields: Parameters<typeof conversation>[0] = {}): Frame => ({
  type: 'conversation_update',
  event: `conversation.${event}`,
  conversation: conversation(fields),
})

async function opened(w: StateWorld): Promise<{ peer: Peer; open: LiveConversation }> {
  const peer = await live(w)
  const open = w.state.conversation(room)
  open.open()
  peer.ack(await peer.take('attach'), { rev: w.messages.at(-1)?.rev ?? 0 })
  await until('the first page', () => open.history.get().isLoaded && open.view.get() !== undefined)
  return { peer, open }
}

test('who is removed keeps nothing of an open conversation, and who comes back sees what is theirs now', async () => {
  await using w = await stateWorld()
  w.messages = [message(1), message(2)]
  const { peer, open } = await opened(w)

  peer.send(update('member_left', { participants: [] }))
  await until('the end', () => open.view.get() === undefined)
  expect([seqs(open), open.members.get()]).toEqual([[], []])
  expect((await peer.take('detach'))['conversation_id']).toBe(room)

  w.messages = [message(5)]
  peer.send(update('create'))
  peer.ack(await peer.take('attach'), { rev: 5 })
  await until('the second beginning', () => seqs(open).length > 0)
  peer.send(frameOf(message(6)))
  await until('a message', () => seqs(open).length > 1)
  expect(seqs(open)).toEqual([5, 6])
})

test('who was removed and came back while nothing reached them sees what is theirs now', async () => {
  await using w = await stateWorld()
  w.messages = [message(1), message(2)]
  const { peer, open } = await opened(w)

  const joined = message(4, { kind: 'system', content: '', system: { event: 'joined', user_ids: [ada.id] } })
  peer.send(update('update'), frameOf(message(3)), frameOf(joined), frameOf(message(5)))
  await until('the newest message', () => seqs(open).includes(5))

  expect(seqs(open)).toEqual([4, 5])
  expect(open.history.get().hasOlder).toBe(false)
})

test('an answer that a frame has overtaken is asked for again: nobody is back in what they left', async () => {
  await using w = await stateWorld()
  const gate = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const answer = w.gateway.onRequest
  w.gateway.onRequest = async (...request) => {
    const answered = await answer?.(...request)
    asked.resolve()
    await gate.promise
    return answered
  }
  const peer = await live(w)
  const loaded = w.state.conversations.load()
  await asked.promise

  w.conversations.clear()
  peer.send(update('create'), update('member_left', { participants: [] }))
  await until('the end', () => w.state.conversations.get().length === 0)
  gate.resolve()
  await loaded
  await until('the further question', () =>
    w.gateway.requests.some(({ route }) => route === `GET /api/conversations/${room}`),
  )

  expect(w.state.conversations.get()).toEqual([])
})

test('who left before anything was known of it is not in it: only the server can tell who left', async () => {
  await using w = await stateWorld()
  w.conversations.clear()
  const peer = await live(w)
  await w.state.conversations.load()
  const ids = () => w.state.conversations.get().map(({ id }) => id)

  peer.send(update('member_left', { id: 512 }), update('create', { id: 256 }))
  await until('another one', () => ids().length > 0)
  await until('the question', () =>
    w.gateway.requests.some(({ route }) => route === 'GET /api/conversations/512'),
  )
  expect(ids()).toEqual([256])
})

test('whoever writes has read up to it; whether they share that is asked once', async () => {
  await using w = await stateWorld()
  const { peer, open } = await opened(w)
  const marks = () => open.members.get().map(({ read_seq, delivered_seq }) => [read_seq, delivered_seq])
  const questions = () => w.gateway.requests.filter(({ route }) => route.includes('/members')).length
  const before = questions()

  peer.send(frameOf(message(1)))
  await until('the question', () => questions() === before + 1)
  peer.send(frameOf(message(2, { kind: 'system' })), frameOf(message(3)))
  await until('the messages', () => seqs(open).length === 3)
  expect(marks()).toEqual([
    [0, 0],
    [0, 0],
  ])
  peer.send({ type: 'delivery_receipt', conversation_id: room, message_id: 256, seq: 1, user_id: ben.id })
  await until('that they share it', () => marks()[1]?.[1] === 3)

  expect(marks()[1]).toEqual([3, 3])
  expect(questions()).toBe(before + 1)
})

test('what is deleted on another device for oneself goes here too, also from a page that is older', async () => {
  await using w = await stateWorld()
  w.messages = [message(1), message(2, own), message(3)]
  const { peer, open } = await opened(w)
  const gate = Promise.withResolvers<void>()
  w.gate = gate.promise

  peer.send(update('behind'))
  await until('the page is asked for', () => open.history.get().isLoading)
  peer.send({ ...update('update'), hidden_message_ids: [2 * 256] })
  await until('it is gone', () => seqs(open).length === 2)
  gate.resolve()
  await until('the page', () => !open.history.get().isLoading)

  expect(seqs(open)).toEqual([1, 3])
})
