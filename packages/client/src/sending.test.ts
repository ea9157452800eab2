import { expect, test } from 'vitest'
import { ada, ben, tokens, welcome } from '../test/scripted-gateway.ts'
import { chat, sooner, live, room, until, world } from '../test/world.ts'
import { ParleyClient } from './client.ts'
import { RpcError } from './errors.ts'
import { memoryStorage } from './storage.ts'

const other = 2048
const ack = (seq: number) => ({
  seq,
  rev: seq,
  message_id: seq * 256,
  conversation_id: room,
  duplicate: false,
})

test('S4: a message is shown before it is sent, and is gone from the local ones when it comes back with the events', async () => {
  await using w = await world()
  const peer = await live(w)
  const states: string[] = []
  w.client.localMessages.subscribe((messages) => void states.push(messages.map(({ state }) => state).join()))

  const { client_id, acked } = w.client.send(room, 'hello')
  const frame = await peer.take('chat_message')
  peer.ack(frame, ack(1))
  expect(await acked).toMatchObject({ client_id, message_id: 256, seq: 1, duplicate: false })
  peer.send(chat(1, { client_id, sender: ada }))
  await until('the echo', () => w.heard.includes(1))

  expect(frame).toMatchObject({ conversation_id: room, content: 'hello', client_id })
  expect(states).toEqual(['sending', 'sent', ''])
})

test('S3: one sends to a person whose conversation is not known yet; a message waits for the one before it, not for other conversations', async () => {
  await using w = await world()
  const peer = await live(w)
  w.client.send(room, 'one')
  w.client.send(room, 'two')
  w.client.send(other, 'three')
  w.client.sendTo(ben.id, 'four')

  const sent = [
    await peer.take('chat_message'),
    await peer.take('chat_message'),
    await peer.take('chat_message'),
  ]
  expect(sent.map(({ content }) => content)).toEqual(['one', 'three', 'four'])
  expect(sent[2]).toMatchObject({ receiver_id: ben.id })
  expect(peer.received).toEqual([])
  peer.ack(sent[0] ?? welcome, ack(1))

  expect((await peer.take('chat_message'))['content']).toBe('two')
})

test('after a loss what is not acknowledged goes first, in order, with the same client_id', async () => {
  await using w = await world()
  const peer = await live(w)
  const first = w.client.send(room, 'one')
  const sent = await peer.take('chat_message')
  w.client.send(other, 'two')
  peer.terminate()
  await until('the loss', () => w.client.state.get().name !== 'live')
  w.client.send(other, 'three')
  const last = w.client.send(room, 'four')

  const again = await w.gateway.accept()
  await again.take('hello')
  again.send(welcome)
  const resent = [await again.take('chat_message'), await again.take('chat_message')]
  for (const frame of resent) again.ack(frame, { ...ack(1), duplicate: true })
  const rest = [await again.take('chat_message'), await again.take('chat_message')]
  for (const frame of rest) again.ack(frame, ack(2))

  expect(resent.map(({ content }) => content)).toEqual(['one', 'two'])
  expect(resent[0]?.['client_id']).toBe(sent['client_id'])
  expect(rest.map(({ content }) => content)).toEqual(['four', 'three'])
  expect(await first.acked).toMatchObject({ duplicate: true })
  expect(await last.acked).toMatchObject({ seq: 2 })
})

test('a message whose ack was lost counts as sent when it comes back with the replay', async () => {
  await using w = await world()
  const peer = await live(w)
  const { client_id, acked } = w.client.send(room, 'one')
  await peer.take('chat_message')
  peer.terminate()

  await (await w.gateway.accept()).welcome('c2', [chat(4, { client_id, sender: ada })])

  expect(await acked).toMatchObject({ client_id, message_id: 1024, seq: 4, rev: 4 })
  expect(w.client.localMessages.get()).toEqual([])
})

test("another's message with the same client_id settles nothing", async () => {
  await using w = await world()
  const peer = await live(w)
  const { client_id } = w.client.send(room, 'one')

  peer.send(chat(4, { client_id, sender: ben }))
  await until('the message', () => w.heard.includes(4))

  expect(w.client.localMessages.get()).toMatchObject([{ client_id, state: 'sending' }])
})

test.each(['unavailable', 'timeout', 'internal'])(
  'S1: what can be tried again is tried again: %s, with the same client_id, before what follows',
  async (code) => {
    await using w = await world()
    const peer = await live(w)
    w.client.send(room, 'one')
    w.client.send(room, 'two')

    const first = await peer.take('chat_message')
    peer.refuse(first, code)
    const again = await peer.take('chat_message')
    peer.ack(again, ack(1))

    expect(again).toMatchObject({ content: 'one', client_id: first['client_id'] })
    expect((await peer.take('chat_message'))['content']).toBe('two')
  },
)

test('rate_limited holds back every conversation for the time that the server names', async () => {
  await using w = await world()
  const peer = await live(w)
  w.client.send(room, 'one')
  const frame = await peer.take('chat_message')
  const refusedAt = performance.now()
  peer.refuse(frame, 'rate_limited', { retry_after_ms: 300 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  w.client.send(other, 'two')

  const next = [await peer.take('chat_message')]
  expect(performance.now() - refusedAt).toBeGreaterThan(280)
  next.push(await peer.take('chat_message'))

  expect(new Set(next.map(({ content }) => content))).toEqual(new Set(['one', 'two']))
})

test('S3: a message that is refused says why, for good, and the next one goes on', async () => {
  await using w = await world()
  const peer = await live(w)
  const first = w.client.send(room, '')
  const second = w.client.send(room, 'two')
  const errors = [{ path: 'content', message: 'must not be empty' }]
  peer.refuse(await peer.take('chat_message'), 'invalid', { errors, trace_id: 't1' })
  peer.ack(await peer.take('chat_message'), ack(1))
  await second.acked

  const error: unknown = await first.acked.catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(RpcError)
  expect(error).toMatchObject({ code: 'invalid', remedy: 'fix', errors, trace_id: 't1' })
  expect(w.client.localMessages.get()).toMatchObject([
    { state: 'failed', error: { code: 'invalid' }, fields: { content: '' } },
    { state: 'sent' },
  ])
})

test('a failed message can be sent again or discarded; no other one can', async () => {
  await using w = await world()
  const peer = await live(w)
  const { client_id } = w.client.send(room, 'one')
  peer.refuse(await peer.take('chat_message'), 'conversation_closed')
  await until('the failure', () => w.client.localMessages.get()[0]?.state === 'failed')

  const { acked } = w.client.retry(client_id)
  expect(() => w.client.discard(client_id)).toThrow('is no failed message')
  const again = await peer.take('chat_message')
  peer.refuse(again, 'conversation_closed')
  await expect(acked).rejects.toMatchObject({ code: 'conversation_closed' })
  w.client.discard(client_id)

  expect(again['client_id']).toBe(client_id)
  expect(w.client.localMessages.get()).toEqual([])
})

test('a command that is not answered is sent again after its deadline', async () => {
  await using w = await world({ deadlineMs: 60 })
  const peer = await live(w)
  const { client_id, acked } = w.client.send(room, 'one')
  await peer.take('chat_message')

  const again = await peer.take('chat_message')
  peer.ack(again, ack(1))

  expect(again['client_id']).toBe(client_id)
  expect(await acked).toMatchObject({ seq: 1 })
})

test('a frame that the server would not take is refused here, and the socket stays', async () => {
  await using w = await world()
  await live(w)

  const { acked } = w.client.send(room, 'é'.repeat(40_000))

  await expect(acked).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(w.client.state.get().name).toBe('live')
})

test('S1, S4: messages written offline go out in order, also after a reload, before those written after it', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const before = Array.from({ length: 20 }, (_, n) => w.client.send(room, `offline ${n}`))
  await w.client.close()

  const reloaded = new ParleyClient({ url: w.gateway.url, tokens: tokens(), storage })
  reloaded.send(room, 'later')
  const peer = await live({ gateway: w.gateway, client: reloaded })
  const contents: unknown[] = []
  for (let seq = 1; seq <= 21; seq += 1) {
    const frame = await peer.take('chat_message')
    contents.push(frame['content'])
    peer.ack(frame, ack(seq))
  }
  await until('the last ack', () => reloaded.localMessages.get().every(({ state }) => state === 'sent'))
  await reloaded.close()

  expect(contents).toEqual([...Array.from(before, (_, n) => `offline ${n}`), 'later'])
  expect(await storage.get('unsent')).toMatchObject({ value: [] })
})

test('closing tells those who wait, and the next connect sends what is left', async () => {
  await using w = await world()
  const peer = await live(w)
  const { client_id, acked } = w.client.send(room, 'one')
  await peer.take('chat_message')
  await w.client.close()
  await expect(acked).rejects.toMatchObject({ code: 'closed' })

  const again = await live(w)

  expect((await again.take('chat_message'))['client_id']).toBe(client_id)
})

test('an acknowledged message does not wait for its echo for ever', async () => {
  await using w = await world(sooner(100_000, 1_000))
  const peer = await live(w)
  const { acked } = w.client.send(room, 'one')
  peer.ack(await peer.take('chat_message'), ack(1))
  await acked

  for (const cursor of ['c2', 'c3']) {
    expect(w.client.localMessages.get()).toMatchObject([{ state: 'sent' }])
    await peer.take('sync')
    peer.send({ type: 'caught_up', cursor })
    await until('the sync', () => w.heard.length === Number(cursor[1]))
  }

  expect(w.client.localMessages.get()).toEqual([])
})

test('S2: what is seen is marked as read, in few frames: marks only grow, merge while one is under way, and go out again after a loss', async () => {
  await using w = await world()
  const peer = await live(w)
  const first = w.client.markRead(room, 3)
  const frame = await peer.take('read_receipt')
  const marks = [w.client.markRead(room, 5), w.client.markRead(room, 9), w.client.markRead(room, 4)]
  peer.terminate()

  const again = await w.gateway.accept()
  await again.welcome('c2')
  again.ack(await again.take('read_receipt'), { read_seq: 3 })
  const merged = await again.take('read_receipt')
  marks.push(w.client.markRead(room, 8))
  again.ack(merged, { read_seq: 9, unread_count: 0, conversation_id: room })

  expect(frame).toMatchObject({ conversation_id: room, seq: 3 })
  expect(await first).toMatchObject({ read_seq: 3 })
  expect(merged['seq']).toBe(9)
  expect(await Promise.all(marks)).toMatchObject([...Array.from({ length: 4 }, () => ({ read_seq: 9 }))])
  expect(again.received.map(({ type }) => type)).not.toContain('read_receipt')
})

test('a mark that is refused for good rejects, and keeps no later one from being made', async () => {
  await using w = await world()
  const peer = await live(w)

  const refused = w.client.markDelivered(room, 3)
  peer.refuse(await peer.take('delivery_receipt'), 'conversation_not_found')
  await expect(refused).rejects.toMatchObject({ code: 'conversation_not_found' })
  const next = w.client.markDelivered(room, 3)
  peer.ack(await peer.take('delivery_receipt'), { delivered_seq: 3 })

  expect(await next).toMatchObject({ delivered_seq: 3 })
})

test('a command that was under way when the socket was lost is refused, and not made again', async () => {
  await using w = await world()
  const peer = await live(w)
  const asked = w.client.command('request', { method: 'matching.undo' })
  await peer.take('request')
  peer.terminate()

  await expect(asked).rejects.toMatchObject({ code: 'unavailable', remedy: 'retry' })
  const again = await w.gateway.accept()
  await again.welcome('c2')
  await until('live', () => w.client.state.get().name === 'live')
  w.client.setTyping(room)
  await again.take('typing_indicator')
  expect(again.received).toEqual([])
})

test('typing is told once in three seconds, and not at all without a socket', async () => {
  await using w = await world()
  w.client.setTyping(room)
  const peer = await live(w)

  for (let key = 0; key < 5; key += 1) w.client.setTyping(room)
  w.client.setTyping(room, false)
  const told = [await peer.take('typing_indicator'), await peer.take('typing_indicator')]

  expect(told.map(({ conversation_id, is_typing }) => [conversation_id, is_typing])).toEqual([
    [room, true],
    [room, false],
  ])
  expect(peer.received).toEqual([])
})
