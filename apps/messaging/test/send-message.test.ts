import { listMessages, markRead, sendMessage } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from './query.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

test('a message reaches every device of both members, and the ack says where it stands', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const conversation = await world.direct(ada, ben)
  const [adaFrames, benFrames] = [await world.frames(ada), await world.frames(ben)]
  const client_id = clientId()

  const sent = await world.bus.call(
    sendMessage,
    { conversation_id: conversation.id, content: 'hello', client_id },
    { caller: ada },
  )

  expect(sent).toMatchObject({
    client_id,
    conversation_id: conversation.id,
    seq: 1,
    rev: 1,
    duplicate: false,
  })
  expect(sent.message).toMatchObject({ content: 'hello', sender: ada.card, is_deleted: false })
  const frame = {
    type: 'chat_message',
    conversation_id: conversation.id,
    seq: 1,
    rev: 1,
    message: sent.message,
  }
  await eventually(() => expect(benFrames.list).toEqual([frame]))
  await eventually(() => expect(adaFrames.list).toEqual([frame]))
})

test('S0, S4: a message is stored before anybody is told of it', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const stored: Promise<{ content: string }[]>[] = []
  world.bus.nats.subscribe(`u.*.${ben.user_id}.d`, {
    callback: (_, msg) => {
      const { message } = JSON.parse(msg.string()) as { message: { id: number } }
      stored.push(query(world, `select content from message where id = ${message.id}`))
    },
  })
  await world.bus.nats.flush()

  await world.bus.call(
    sendMessage,
    { conversation_id: id, content: 'first of all', client_id: clientId() },
    { caller: ada },
  )

  await eventually(() => expect(stored).toHaveLength(1))
  expect(await stored[0]).toEqual([{ content: 'first of all' }])
})

test('a repeated client_id gives the first message, also from another process that never saw it', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const input = { conversation_id: id, content: 'once', client_id: clientId() }

  const first = await world.bus.call(sendMessage, input, { caller: ada })
  const second = await world.bus.call(sendMessage, { ...input, content: 'other text' }, { caller: ada })

  expect(second).toEqual({ ...first, duplicate: true })
})

test('a repeat that only the database remembers undoes no other send of its batch', async () => {
  await using other = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })
  const [ada, ben] = [other.person(), other.person()]
  const { id } = await other.direct(ada, ben)
  const input = { conversation_id: id, content: 'old', client_id: clientId() }
  const first = await other.bus.call(sendMessage, input, { caller: ada })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  const [before, repeat, after] = await Promise.all([
    other.bus.call(
      sendMessage,
      { conversation_id: id, content: 'a', client_id: clientId() },
      { caller: ben },
    ),
    other.bus.call(sendMessage, input, { caller: ada }),
    other.bus.call(
      sendMessage,
      { conversation_id: id, content: 'b', client_id: clientId() },
      { caller: ada },
    ),
  ])

  expect(repeat).toEqual({ ...first, duplicate: true })
  expect([before.seq, after.seq]).toEqual([2, 3])
  const { items } = await other.bus.call(listMessages, { conversation_id: id }, { caller: ada })
  expect(items.map(({ seq, content }) => [seq, content])).toEqual([
    [1, 'old'],
    [2, 'a'],
    [3, 'b'],
  ])
})

test('400 rounds of three racing identical sends make 400 messages, with no hole in seq and rev', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)

  for (let round = 1; round <= 400; round++) {
    const input = { conversation_id: id, content: `round ${round}`, client_id: clientId() }
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.bus.call(sendMessage, input, { caller: ada })),
    )
    expect(new Set(answers.map(({ message_id }) => message_id)).size).toBe(1)
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  }

  const seqs: number[] = []
  for (let after_seq = 0; ; after_seq = seqs.at(-1) ?? 0) {
    const { items } = await world.bus.call(
      listMessages,
      { conversation_id: id, after_seq, limit: 200 },
      { caller: ben },
    )
    if (items.length === 0) break
    for (const { seq, rev } of items) {
      expect(rev).toBe(seq)
      seqs.push(seq)
    }
  }
  expect(seqs).toEqual(Array.from({ length: 400 }, (_, i) => i + 1))
}, 60_000)

test('a stranger cannot tell a conversation from one that does not exist', async () => {
  const [ada, ben, eve] = [world.person(), world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const send = (conversation_id: number) =>
    world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller: eve })

  const [known, unknown] = await Promise.allSettled([send(id), send(id + 256)])

  expect(known).toMatchObject({ status: 'rejected', reason: { code: 'conversation_not_found' } })
  expect(unknown).toEqual(known)
})

test('S3: a message to a person opens their conversation, and pipelined first messages keep their order', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const frames = await world.frames(ben)

  const sent = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      world.bus.call(
        sendMessage,
        { receiver_id: ben.user_id, content: `${i + 1}`, client_id: clientId() },
        { caller: ada },
      ),
    ),
  )

  expect(sent.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  await eventually(() => expect(frames.list).toHaveLength(21))
  expect(frames.list[0]).toMatchObject({ type: 'conversation_update', event: 'conversation.create' })
})

test('who answers has read: the receipt for the newest message of the other goes out first', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const say = (content: string, caller: typeof ada) =>
    world.bus.call(sendMessage, { conversation_id: id, content, client_id: clientId() }, { caller })
  await say('one', ada)
  const { message_id } = await say('two', ada)
  const frames = await world.frames(ada)

  await say('answer', ben)

  await eventually(() => expect(frames.list).toHaveLength(2))
  expect(frames.list[0]).toMatchObject({ type: 'read_receipt', message_id, seq: 2, user_id: ben.user_id })
  expect(frames.list[1]).toMatchObject({ type: 'chat_message', seq: 3 })
  const read = await world.bus.call(markRead, { conversation_id: id, seq: 1 }, { caller: ben })
  expect(read).toMatchObject({ read_seq: 3, unread_count: 0 })
})

test('S1, S2: sends beyond the rate are refused with the time to wait, and not stored', async () => {
  await using slow = await startWorld({ SEND_BURST: '3', SEND_RATE: '0.5' })
  const [ada, ben] = [slow.person(), slow.person()]
  const { id } = await slow.direct(ada, ben)
  const send = () =>
    slow.bus.call(sendMessage, { conversation_id: id, content: 'x', client_id: clientId() }, { caller: ada })

  const answers = await Promise.allSettled(Array.from({ length: 5 }, send))

  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  const refused = answers.find(({ status }) => status === 'rejected')
  expect(refused).toMatchObject({ reason: { code: 'rate_limited', retry_after_ms: expect.any(Number) } })
  const { items } = await slow.bus.call(listMessages, { conversation_id: id }, { caller: ada })
  expect(items).toHaveLength(3)
})
