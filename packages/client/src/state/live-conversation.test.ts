import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ada, ben, type Frame, type Peer, welcome } from '../../test/scripted-gateway.ts'
import { edited, frameOf, message, own, type StateWorld, stateWorld } from '../../test/state-world.ts'
import { faster, live, room, sooner, until } from '../../test/world.ts'
import { memoryStorage } from '../storage.ts'
import type { LiveConversation } from './live-conversation.ts'

const texts = (conversation: LiveConversation) => conversation.messages.get().map(({ content }) => content)

/** The room, open and loaded, with the socket that it speaks over. */
async function opened(w: StateWorld): Promise<{ peer: Peer; conversation: LiveConversation }> {
  const peer = await live(w)
  const conversation = w.state.conversation(room)
  conversation.open()
  peer.ack(await peer.take('attach'), { rev: w.messages.at(-1)?.rev ?? 0 })
  await until('the first page', () => conversation.history.get().isLoaded)
  return { peer, conversation }
}

const reacted = (rev: number, seq: number, action: 'added' | 'removed', user_id = ben.id): Frame => ({
  type: 'message_reaction',
  conversation_id: room,
  message_id: seq * 256,
  emoji: '+1',
  user_id,
  action,
  rev,
})

test('S2: an open conversation shows its messages, with what happens to them, older ones on demand; of a deleted message only its place is shown', async () => {
  await using w = await stateWorld()
  w.messages = Array.from({ length: 120 }, (_, n) => message(n + 1))
  const { peer, conversation } = await opened(w)

  expect(conversation.messages.get()).toHaveLength(50)
  await Promise.all([conversation.loadOlder(), conversation.loadOlder()])
  expect(conversation.messages.get()).toHaveLength(100)
  await conversation.loadOlder({ limit: 20 })
  expect(conversation.messages.get()).toHaveLength(120)
  expect(conversation.history.get()).toMatchObject({ hasOlder: false, isLoading: false })

  peer.send(
    frameOf(message(121, { parent_message_id: 120 * 256 })),
    edited(122, 1, 'changed'),
    reacted(123, 2, 'added'),
    { type: 'message_delete', conversation_id: room, message_id: 3 * 256, rev: 124 },
  )
  await until('the deletion', () => conversation.messages.get()[2]?.is_deleted === true)

  expect(conversation.messages.get().map(({ seq }) => seq)).toEqual(
    Array.from({ length: 121 }, (_, n) => n + 1),
  )
  expect(texts(conversation).slice(0, 3)).toEqual(['changed', 'message 2', ''])
  expect(conversation.messages.get()[1]?.reactions).toEqual({ '+1': [ben.id] })
  expect(conversation.messages.get()[119]?.reply_count).toBe(1)
  expect(conversation.members.get().map(({ user }) => user.id)).toEqual([ada.id, ben.id])
})

test('S2: one object gives messages, typing, presence, connection and all actions', async () => {
  await using w = await stateWorld()
  w.messages = [message(1, own), message(2)]
  const { peer, conversation } = await opened(w)
  const [mine, bens] = conversation.messages.get()
  if (!mine || !bens) throw new Error('nothing is shown')
  const presence = w.state.presence(ben.id)
  const stop = presence.subscribe(() => {})

  peer.ack(await peer.take('watch'))
  peer.send({ type: 'user_status', user_id: ben.id, status: 'online', timestamp: mine.created_at })
  const done = [conversation.edit(mine, 'better'), conversation.react(bens, '👍'), conversation.delete(mine)]
  conversation.send('hello')
  conversation.setTyping()
  conversation.markRead(2)

  for (const type of ['message_edit', 'message_reaction', 'message_delete'])
    peer.ack(await peer.take(type), { rev: 3 })
  await Promise.all(done)
  for (const type of ['chat_message', 'typing_indicator', 'read_receipt']) await peer.take(type)
  await until('the status', () => presence.get()?.status === 'online')
  expect(conversation.typing.get()).toEqual([])
  expect(w.client.state.get().name).toBe('live')
  stop()
})

test('a reply counts once, whether its parent comes before it, after it, or with it already counted', async () => {
  await using w = await stateWorld()
  w.messages = [message(1), message(2, { parent_message_id: 256 }), message(3, { parent_message_id: 256 })]
  const { peer, conversation } = await opened(w)
  const count = () => conversation.messages.get()[0]?.reply_count
  expect(count()).toBe(2)

  peer.send(frameOf(message(2, { parent_message_id: 256, rev: 4, content: '', is_deleted: true })))
  await until('the deletion', () => conversation.messages.get()[1]?.is_deleted === true)
  expect(count()).toBe(1)
  peer.send(frameOf(message(1, { rev: 5, is_edited: true, reply_count: 2 })))
  peer.send(frameOf(message(4, { parent_message_id: 256, rev: 6 })))
  await until('the reply', () => conversation.messages.get().length === 4)
  expect(count()).toBe(2)
  peer.send({ type: 'message_delete', conversation_id: room, message_id: 3 * 256, rev: 7 })
  await until('the deletion', () => conversation.messages.get()[2]?.is_deleted === true)

  expect(count()).toBe(1)
})

test('a page that is older than the frames that came before it takes nothing back', async () => {
  await using w = await stateWorld()
  w.messages = [message(1), message(2)]
  const gate = Promise.withResolvers<void>()
  w.gate = gate.promise
  const peer = await live(w)
  const conversation = w.state.conversation(room)
  conversation.open()
  peer.ack(await peer.take('attach'), { rev: 2 })
  await until('the request', () => w.gateway.requests.some(({ route }) => route.includes('/messages')))

  peer.send(edited(3, 1, 'changed'), frameOf(message(3, { rev: 4 })))
  await until('the frames', () => w.heard.includes(4))
  gate.resolve()
  await until('the page', () => conversation.history.get().isLoaded)

  expect(texts(conversation)).toEqual(['changed', 'message 2', 'message 3'])
})

test('an edit shows at once, and stays when it is confirmed', async () => {
  await using w = await stateWorld()
  w.messages = [message(1, own)]
  const { peer, conversation } = await opened(w)

  const changed = conversation.edit({ id: 256, client_id: null }, 'mine')
  expect(conversation.messages.get()).toMatchObject([{ content: 'mine', is_edited: true, is_pending: true }])
  const frame = await peer.take('message_edit')
  peer.ack(frame, { message_id: 256, conversation_id: room, rev: 2 })
  await changed
  expect(conversation.messages.get()).toMatchObject([{ content: 'mine', is_pending: true }])
  peer.send(edited(2, 1, 'mine'))
  await until('the confirmation', () => conversation.messages.get()[0]?.is_pending === false)

  expect(frame).toMatchObject({ message_id: 256, content: 'mine' })
  expect(texts(conversation)).toEqual(['mine'])
})

test('a refusal takes back that change and nothing else, whatever came meanwhile', async () => {
  await using w = await stateWorld()
  w.messages = [message(1, own)]
  const { peer, conversation } = await opened(w)

  const refused = conversation.edit({ id: 256, client_id: null }, 'mine')
  void conversation.react({ id: 256, client_id: null }, '+1')
  peer.send(edited(2, 1, 'from elsewhere'), reacted(3, 1, 'added'))
  await until('the reaction', () => conversation.messages.get()[0]?.reactions['+1']?.length === 2)
  expect(texts(conversation)).toEqual(['mine'])
  peer.refuse(await peer.take('message_edit'), 'forbidden')
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })

  expect(texts(conversation)).toEqual(['from elsewhere'])
  expect(conversation.messages.get()[0]?.reactions).toEqual({ '+1': [ben.id, ada.id] })
  expect(await peer.take('message_reaction')).toMatchObject({ emoji: '+1', action: 'add' })
})

test('a change of a message that is being sent shows at once, and goes out after its ack', async () => {
  await using w = await stateWorld()
  const { peer, conversation } = await opened(w)

  const { client_id } = conversation.send('first')
  const [shown] = conversation.messages.get()
  const changed = conversation.edit(shown!, 'second')
  expect(conversation.messages.get()).toMatchObject([
    { id: null, content: 'second', state: 'sending', is_pending: true },
  ])
  const sent = await peer.take('chat_message')
  expect(peer.received).toEqual([])
  peer.ack(sent, { client_id, message_id: 256, conversation_id: room, seq: 1, rev: 1, duplicate: false })
  peer.send(frameOf(message(1, { ...own, client_id, content: 'first' })))
  const edit = await peer.take('message_edit')
  peer.ack(edit, { message_id: 256, conversation_id: room, rev: 2 })
  peer.send(edited(2, 1, 'second'))
  await changed
  await until('the confirmation', () => conversation.messages.get()[0]?.is_pending === false)

  expect(sent['content']).toBe('first')
  expect(edit).toMatchObject({ message_id: 256, content: 'second' })
  expect(conversation.messages.get()).toMatchObject([{ id: 256, content: 'second', state: 'stored' }])
})

test('a change of a message that is refused is refused with it', async () => {
  await using w = await stateWorld()
  const { peer, conversation } = await opened(w)

  void conversation.send('first')
  const changed = conversation.edit(conversation.messages.get()[0]!, 'second')
  peer.refuse(await peer.take('chat_message'), 'forbidden')

  await expect(changed).rejects.toMatchObject({ code: 'forbidden' })
  expect(conversation.messages.get()).toMatchObject([
    { content: 'first', state: 'failed', is_pending: false },
  ])
})

test('changes are repeated until they are done: after unavailable, after a loss, and after a reload', async () => {
  const storage = memoryStorage()
  await using w = await stateWorld({ storage })
  w.messages = [message(1, own)]
  const { peer, conversation } = await opened(w)

  void conversation.delete({ id: 256, client_id: null })
  peer.refuse(await peer.take('message_delete'), 'unavailable')
  await peer.take('message_delete')
  peer.terminate()
  const second = await w.gateway.accept()
  await second.welcome('c2')
  await second.take('message_delete')
  expect(conversation.messages.get()).toMatchObject([{ is_deleted: true, is_pending: true }])
  await w.client.close()

  await using later = await stateWorld({ storage })
  const third = await live(later)
  expect(await third.take('message_delete')).toMatchObject({ message_id: 256 })
})

test('a reaction toggles what is shown; a message deleted for oneself is gone', async () => {
  await using w = await stateWorld()
  w.messages = [message(1, { reactions: { '+1': [ada.id] } }), message(2)]
  const { peer, conversation } = await opened(w)

  void conversation.react(conversation.messages.get()[0]!, '+1')
  void conversation.delete(conversation.messages.get()[1]!, { for: 'me' })
  const reaction = await peer.take('message_reaction')
  peer.ack(reaction, { message_id: 256, conversation_id: room, rev: 3 })
  const deletion = await peer.take('message_delete')
  peer.ack(deletion, { message_id: 512, conversation_id: room, rev: 2 })
  await until('the ack', () => conversation.messages.get().length === 1)

  expect(reaction['action']).toBe('remove')
  expect(deletion['for']).toBe('me')
  expect(conversation.messages.get()[0]?.reactions).toEqual({})
  expect(texts(conversation)).toEqual(['message 1'])
})

test('after a reconnect an open conversation is attached again, from where it stands', async () => {
  await using w = await stateWorld()
  w.messages = [message(1)]
  const { peer, conversation } = await opened(w)
  peer.send(frameOf(message(2)))
  await until('the message', () => conversation.messages.get().length === 2)
  peer.terminate()

  const again = await w.gateway.accept()
  await again.welcome('c2')
  const attach = await again.take('attach')
  again.send(frameOf(message(5)), frameOf(message(7)))
  again.ack(attach, { rev: 7 })
  await until('what was missed', () => conversation.messages.get().length === 4)

  expect(attach).toMatchObject({ conversation_id: room, after_rev: 2 })
  expect(again.received.filter(({ type }) => type === 'pull')).toEqual([])
})

test('nothing is attached while a replay runs: the answer would overtake it', async () => {
  await using w = await stateWorld()
  const peer = await live(w)
  w.state.conversation(room).open()
  peer.refuse(await peer.take('attach'), 'unavailable')
  peer.terminate()

  const again = await w.gateway.accept()
  await again.take('hello')
  again.send(welcome)
  // Retries come every few milliseconds here.
  await delay(100)
  expect(again.received).toEqual([])
  again.send({ type: 'caught_up', cursor: 'c2' })

  expect((await again.take('attach'))['conversation_id']).toBe(room)
})

test('S4: several conversations are open at a time; three are attached at most, those that were opened last', async () => {
  await using w = await stateWorld(sooner(4_000, 200))
  const peer = await live(w)
  const closes = [1, 2, 3, 4].map((n) => w.state.conversation(n * 256).open())

  const attached: unknown[] = []
  for (let n = 0; n < 4; n += 1) {
    const frame = await peer.take('attach')
    attached.push(frame['conversation_id'])
    peer.ack(frame, { rev: 0 })
  }
  expect(attached).toEqual([256, 512, 768, 1024])
  expect((await peer.take('detach'))['conversation_id']).toBe(256)
  closes[3]?.()
  expect((await peer.take('detach'))['conversation_id']).toBe(1024)
  expect((await peer.take('attach'))['conversation_id']).toBe(256)
})

test('what is too much to replay is loaded again, and a conversation that is closed holds nothing', async () => {
  await using w = await stateWorld(sooner(4_000, 200))
  w.messages = [message(1)]
  const { peer, conversation } = await opened(w)
  const close = conversation.open()

  w.messages = [message(900), message(901)]
  const view = { ...w.conversations.get(room)!, last_seq: 901 }
  peer.send({ type: 'conversation_update', event: 'conversation.behind', conversation: view })
  await until('the new page', () => texts(conversation).includes('message 901'))
  expect(texts(conversation)).toEqual(['message 900', 'message 901'])
  close()
  expect(texts(conversation)).toHaveLength(2)
})

test('S2: who closes a conversation lets go of it, a little later', async () => {
  await using w = await stateWorld(sooner(4_000, 100))
  w.messages = [message(1)]
  const peer = await live(w)
  const conversation = w.state.conversation(room)
  const close = conversation.open()
  peer.ack(await peer.take('attach'), { rev: 1 })
  await until('the page', () => texts(conversation).length === 1)

  close()
  conversation.open()()
  await until('the end', () => texts(conversation).length === 0)

  expect((await peer.take('detach'))['conversation_id']).toBe(room)
  peer.send(frameOf(message(2)))
  await until('a message', () => w.heard.includes(2))
  expect(conversation.messages.get()).toEqual([])
})

test('S2: a sign of typing ends by itself, or with the message; receipts move watermarks, in any order with the members', async () => {
  await using w = await stateWorld(faster(50))
  w.messages = [message(1)]
  const { peer, conversation } = await opened(w)
  const receipt = { conversation_id: room, message_id: 256, user_id: ben.id }
  const typing = { type: 'typing_indicator', conversation_id: room, user_id: ben.id, user_name: 'Ben' }

  peer.send({ type: 'delivery_receipt', seq: 5, ...receipt }, { type: 'read_receipt', seq: 3, ...receipt })
  peer.send({ ...typing, is_typing: true })
  await until('the sign', () => conversation.typing.get().length === 1)
  expect(conversation.typing.get()).toEqual([{ user_id: ben.id, user_name: 'Ben' }])
  expect(conversation.members.get()[1]).toMatchObject({ read_seq: 3, delivered_seq: 5 })
  await until('its end', () => conversation.typing.get().length === 0)
  peer.send({ ...typing, is_typing: true }, frameOf(message(2)))
  await until('the message', () => conversation.messages.get().length === 2)

  expect(conversation.typing.get()).toEqual([])
})
