import { expect, test } from 'vitest'
import { ada, ben, type Frame, type Peer } from '../../test/scripted-gateway.ts'
import { conversation, frameOf, message, own, type StateWorld, stateWorld } from '../../test/state-world.ts'
import { live, room, until } from '../../test/world.ts'

const other = 2048
const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`
const ids = ({ state }: StateWorld) => state.conversations.get().map(({ id }) => id)
const entry = ({ state }: StateWorld, id = room) => state.conversations.get().find((c) => c.id === id)
const receipt = (seq: number, user_id = ada.id): Frame => ({
  type: 'read_receipt',
  conversation_id: room,
  message_id: seq * 256,
  seq,
  user_id,
})

/** A world with two conversations, and a client that follows them. */
async function followed(fields: Parameters<typeof conversation>[0] = {}): Promise<[StateWorld, Peer]> {
  const w = await stateWorld()
  w.conversations.set(room, conversation({ updated_at: at(1), ...fields }))
  w.conversations.set(other, conversation({ id: other, updated_at: at(2) }))
  const peer = await live(w)
  await w.state.conversations.load()
  return [w, peer]
}

const loads = ({ gateway }: StateWorld) =>
  gateway.requests.filter(({ route }) => route.startsWith('GET /api/conversations')).length

test('the list is loaded page by page, newest activity first', async () => {
  await using w = await stateWorld()
  for (let n = 0; n < 60; n += 1)
    w.conversations.set(256 * (n + 1), conversation({ id: 256 * (n + 1), updated_at: at(n % 60) }))
  const changes: number[] = []
  await live(w)

  w.state.conversations.subscribe((all) => void changes.push(all.length))
  await until('the first page', () => w.state.conversations.status.get().isLoaded)
  expect(w.state.conversations.status.get()).toMatchObject({ hasMore: true, isLoading: false })
  await w.state.conversations.loadMore()
  await w.state.conversations.loadMore()

  expect(ids(w)).toEqual(Array.from({ length: 60 }, (_, n) => 256 * (60 - n)))
  expect(changes).toEqual([50, 60])
  expect(loads(w)).toBe(2)
})

test('all that is unread counts, also on pages that are not here, and is asked for only where there are such', async () => {
  await using w = await stateWorld()
  for (let n = 0; n < 170; n += 1)
    w.conversations.set(
      256 * (n + 1),
      conversation({ id: 256 * (n + 1), updated_at: at(n), unread_count: n % 2 }),
    )
  const peer = await live(w)
  await w.state.conversations.load()
  expect([w.state.conversations.unread.get(), loads(w)]).toEqual([25, 1])

  w.state.conversations.unread.subscribe(() => {})
  await until('all that is unread', () => w.state.conversations.unread.get() === 85)
  expect(loads(w)).toBe(3)
  for (const id of w.conversations.keys()) if (id > 256 * 20) w.conversations.delete(id)
  peer.send({ type: 'reset', reason: 'epoch' })
  await (await w.gateway.accept()).welcome('d1')
  await until('what is left', () => w.state.conversations.unread.get() === 10)

  expect(ids(w)).toHaveLength(20)
  expect(loads(w)).toBe(4)
})

test('a message moves its conversation up and counts as unread; what happens to the newest one shows', async () => {
  const [world, peer] = await followed()
  await using w = world
  expect(ids(w)).toEqual([other, room])

  peer.send(
    frameOf(message(1, { created_at: at(5) })),
    frameOf(message(2, { created_at: at(6), kind: 'system', system: { event: 'joined', user_ids: [] } })),
    frameOf(message(3, { created_at: at(7) })),
    frameOf(message(1, { rev: 4, content: 'edited' })),
    { type: 'message_delete', conversation_id: room, message_id: 3 * 256, rev: 5 },
  )
  await until('the deletion', () => entry(w)?.last_message?.is_deleted === true)

  expect(ids(w)).toEqual([room, other])
  expect(entry(w)).toMatchObject({ last_seq: 3, unread_count: 2, updated_at: at(7) })
  expect(w.state.conversations.unread.get()).toBe(2)
  expect(loads(w)).toBe(1)
})

test("reading on another device clears what is unread; others' receipts and one's own sends do as they say", async () => {
  const [world, peer] = await followed({ last_seq: 3, unread_count: 3 })
  await using w = world

  peer.send(receipt(3, ben.id), frameOf(message(4)))
  await until('a message', () => entry(w)?.unread_count === 4)
  peer.send(receipt(4))
  await until('the receipt', () => entry(w)?.unread_count === 0)
  const system = { event: 'renamed' as const, user_ids: [ada.id] }
  peer.send(frameOf(message(5)), frameOf(message(6, { ...own, kind: 'system', system })))
  await until('the note', () => entry(w)?.last_seq === 6)
  expect(entry(w)).toMatchObject({ read_seq: 4, unread_count: 1 })
  peer.send(frameOf(message(7, own)))
  await until('the own message', () => entry(w)?.last_seq === 7)

  expect(entry(w)).toMatchObject({ read_seq: 7, unread_count: 0 })
  expect(loads(w)).toBe(1)
})

test('what frames leave open is asked for: a receipt in the middle, messages that come out of order in a replay', async () => {
  const [world, peer] = await followed({ last_seq: 5, unread_count: 5 })
  await using w = world

  w.conversations.set(room, conversation({ last_seq: 5, read_seq: 3, unread_count: 2 }))
  peer.send(receipt(3))
  await until('the answer', () => entry(w)?.unread_count === 2)
  w.conversations.set(room, conversation({ last_seq: 7, read_seq: 3, unread_count: 4 }))
  peer.send(frameOf(message(7, { rev: 6 })))
  await until('the other answer', () => entry(w)?.unread_count === 4)
  peer.send(frameOf(message(6, { rev: 7 })))
  await until('the message', () => w.heard.includes(7))

  expect(entry(w)).toMatchObject({ last_seq: 7, unread_count: 4 })
})

test('marking as read shows at once', async () => {
  const [world, peer] = await followed({ last_seq: 5, unread_count: 5 })
  await using w = world

  w.state.conversation(room).markRead()
  expect(entry(w)).toMatchObject({ read_seq: 5, unread_count: 0 })

  expect(await peer.take('read_receipt')).toMatchObject({ conversation_id: room, seq: 5 })
})

test('conversations appear, change, close and go', async () => {
  const [world, peer] = await followed({ kind: 'group', member_count: 3 })
  await using w = world
  const update = (event: string, fields: Parameters<typeof conversation>[0]) =>
    peer.send({
      type: 'conversation_update',
      event: `conversation.${event}`,
      conversation: conversation(fields),
    })

  update('create', { id: 4096, updated_at: at(9) })
  update('update', { title: 'us', kind: 'group', member_count: 3 })
  update('close', { id: other, state: 'closed' })
  update('member_left', { title: 'us', kind: 'group', member_count: 2 })
  await until('the frames', () => entry(w)?.member_count === 2)
  expect(ids(w)).toEqual([4096, other, room])
  expect(entry(w, other)?.state).toBe('closed')
  expect(entry(w)?.title).toBe('us')
  expect(loads(w)).toBe(1)

  // To the one who leaves the conversation looks as before; after a reconnect, empty.
  w.conversations.delete(room)
  update('member_left', { title: 'us', kind: 'group', member_count: 2 })
  update('member_left', { id: 4096, participants: [], member_count: 0 })
  await until('both to go', () => ids(w).length === 1)

  expect(ids(w)).toEqual([other])
})

test('a message of a conversation that is not on the list brings it', async () => {
  const [world, peer] = await followed()
  await using w = world
  w.conversations.set(4096, conversation({ id: 4096, last_seq: 8, unread_count: 1, updated_at: at(9) }))

  peer.send(
    frameOf(message(8, { conversation_id: 4096 })),
    frameOf(message(7, { conversation_id: 4096, rev: 9 })),
  )
  await until('the conversation', () => ids(w).length === 3)

  expect(entry(w, 4096)).toMatchObject({ last_seq: 8, unread_count: 1 })
})

test('a bump counts; an open conversation that is not attached is brought up to date', async () => {
  const [world, peer] = await followed({ last_seq: 1, last_message: message(1) })
  await using w = world
  w.messages = [message(1)]
  const shown = w.state.conversation(room)
  shown.open()
  peer.ack(await peer.take('attach'), { rev: 1 })
  for (const id of [256, 512, 768]) {
    w.state.conversation(id).open()
    peer.ack(await peer.take('attach'), { rev: 0 })
  }
  await peer.take('detach')
  await until('the page', () => shown.messages.get().length === 1)

  peer.send({ type: 'bump', conversation_id: room, last_seq: 3, last_rev: 3 })
  await until('the counters', () => entry(w)?.unread_count === 2)
  const pull = await peer.take('pull')
  peer.send(frameOf(message(2)), frameOf(message(3)), {
    type: 'response',
    ref: pull.ref,
    result: { conversation_id: room, rev: 3, has_more: false },
  })
  await until('the messages', () => shown.messages.get().length === 3)

  expect(pull).toMatchObject({ conversation_id: room, after_rev: 1 })
  expect(entry(w)).toMatchObject({ last_seq: 3, unread_count: 2 })
})

test('after a reset everything that is shown is loaded again, once a socket is there', async () => {
  const [world, peer] = await followed()
  await using w = world
  w.messages = [message(1)]
  const shown = w.state.conversation(room)
  shown.open()
  peer.ack(await peer.take('attach'), { rev: 1 })
  await until('the page', () => shown.messages.get().length === 1)

  w.conversations.delete(other)
  w.messages = [message(1), message(2)]
  peer.send({ type: 'reset', reason: 'epoch' })
  const again = await w.gateway.accept()
  expect(shown.messages.get()).toHaveLength(1)
  await again.welcome('d1')
  again.ack(await again.take('attach'), { rev: 2 })
  await until('the list', () => ids(w).length === 1)
  await until('the messages', () => shown.messages.get().length === 2)

  expect(ids(w)).toEqual([room])
})

test('a client that is closed while pages fail asks for each once more at most, and keeps what it has', async () => {
  const [world, peer] = await followed()
  await using w = world
  w.gateway.onRequest = async () => ({ status: 503, body: { code: 'unavailable' } })
  peer.send({ type: 'caught_up', cursor: 'c2' }, { ...frameOf(message(1)), conversation_id: 4096 })
  await until('a conversation to be asked for', () => loads(w) === 2)
  await w.client.close()

  await expect(w.state.notifications.all.load()).rejects.toMatchObject({ code: 'closed' })
  expect(ids(w)).toEqual([other, room])
})
