import { expect, test } from 'vitest'
import { chat, sooner, live, room, until, world } from '../test/world.ts'
import { welcome } from '../test/scripted-gateway.ts'
import type { Environment } from './environment.ts'
import { memoryStorage } from './storage.ts'

test('live messages are told once and in order, whatever comes twice or too early', async () => {
  await using w = await world()
  const peer = await live(w)

  peer.send(chat(7), chat(8), chat(8), chat(7), chat(10), chat(9), chat(11))
  await until('the last message', () => w.heard.includes(11))

  expect(w.heard).toEqual(['caught_up', 7, 8, 9, 10, 11])
})

test('a gap that stays is pulled, page by page, and told in order', async () => {
  const waits: number[] = []
  const after: Environment['after'] = (ms, run) => {
    waits.push(ms)
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  }
  await using w = await world({ after })
  const peer = await live(w)
  peer.send(chat(7), chat(15), chat(16))

  const first = await peer.take('pull')
  peer.send(chat(9), chat(10), {
    type: 'response',
    ref: first.ref,
    result: { conversation_id: room, rev: 10, has_more: true },
  })
  const second = await peer.take('pull')
  peer.send(chat(15), chat(16), {
    type: 'response',
    ref: second.ref,
    result: { conversation_id: room, rev: 16, has_more: false },
  })
  await until('the last message', () => w.heard.includes(16))

  expect(first).toMatchObject({ conversation_id: room, after_rev: 7 })
  expect(second).toMatchObject({ conversation_id: room, after_rev: 10 })
  expect(w.heard).toEqual(['caught_up', 7, 9, 10, 15, 16])
  expect(waits.filter((ms) => ms >= 500 && ms < 5_000)).toEqual([500])
})

test('a pull that fails for now is made again', async () => {
  await using w = await world()
  const peer = await live(w)
  peer.send(chat(7), chat(9))

  peer.refuse(await peer.take('pull'), 'unavailable')
  const again = await peer.take('pull')
  peer.send(chat(8), {
    type: 'response',
    ref: again.ref,
    result: { conversation_id: room, rev: 9, has_more: false },
  })
  await until('the last message', () => w.heard.includes(9))

  expect(w.heard).toEqual(['caught_up', 7, 8, 9])
})

test('a conversation that is not ours any more is no longer waited for', async () => {
  await using w = await world()
  const peer = await live(w)
  peer.send(chat(7), chat(9))

  peer.refuse(await peer.take('pull'), 'conversation_not_found')
  peer.send({ type: 'caught_up', cursor: 'c2' })
  await until('the cursor', () => w.heard.length === 3)
  peer.send(chat(30))
  await until('a message after coming back', () => w.heard.includes(30))
  peer.terminate()
  const again = await w.gateway.accept()

  expect((await again.take('hello'))['cursor']).toBe('c2')
})

test('a replay may jump, live frames that overtake it wait for their turn, and it is whole before caught_up', async () => {
  await using w = await world()
  const peer = await live(w)
  peer.send(chat(5))
  await until('the first message', () => w.heard.includes(5))
  peer.terminate()

  const again = await w.gateway.accept()
  const hello = await again.welcome('c2', [chat(14), chat(8), chat(11), chat(5)])
  await until('the replay', () => w.heard.length === 6)
  again.send(chat(15), chat(14))
  await until('the live message', () => w.heard.includes(15))

  expect(hello['cursor']).toBe('c1')
  expect(w.heard).toEqual(['caught_up', 5, 8, 11, 14, 'caught_up', 15])
})

test('without a cursor a jump before caught_up is a gap like any other', async () => {
  await using w = await world()
  void w.client.connect()
  const peer = await w.gateway.accept()
  await peer.welcome('c1', [chat(9), chat(7)])

  const pull = await peer.take('pull')

  expect(pull['after_rev']).toBe(7)
  expect(w.heard).toEqual([7, 'caught_up'])
})

test('a conversation that fell too far behind goes on without what is missing, and the application hears of it', async () => {
  await using w = await world()
  const peer = await live(w)
  w.client.on('conversation_update', ({ event }) => void w.heard.push(event))

  peer.send(chat(5), chat(900), chat(901))
  peer.send(
    { type: 'conversation_update', event: 'conversation.behind', conversation: { id: room } },
    chat(902),
  )
  await until('the last message', () => w.heard.includes(902))

  expect(w.heard).toEqual(['caught_up', 5, 900, 901, 'conversation.behind', 902])
  expect(peer.received.map(({ type }) => type)).not.toContain('pull')
})

test('in a replay the application hears that a conversation fell behind after its newest changes', async () => {
  await using w = await world()
  const peer = await live(w)
  w.client.on('conversation_update', ({ event }) => void w.heard.push(event))
  peer.terminate()
  const behind = { type: 'conversation_update', event: 'conversation.behind', conversation: { id: room } }

  await (await w.gateway.accept()).welcome('c2', [chat(900), chat(901), behind])
  await until('the replay', () => w.heard.length === 5)

  expect(w.heard).toEqual(['caught_up', 900, 901, 'conversation.behind', 'caught_up'])
})

test.each(['frame', 'close code'])(
  'a reset by %s drops the cursor, tells the application, and connects without it',
  async (kind) => {
    const storage = memoryStorage()
    await using w = await world({ storage })
    const peer = await live(w)
    peer.send(chat(7))
    await until('the message', () => w.heard.includes(7))

    if (kind === 'frame') peer.send({ type: 'reset', reason: 'epoch' })
    peer.close(4010)
    const again = await w.gateway.accept()
    const hello = await again.welcome('d1')
    again.send(chat(3))
    await until('a message of the new epoch', () => w.heard.includes(3))

    expect(hello['cursor']).toBeUndefined()
    expect(w.heard).toEqual(['caught_up', 7, 'reset', 'caught_up', 3])
    expect(await storage.get('cursor')).toBe('d1')
    expect(w.gateway.peers).toHaveLength(2)
  },
)

test('the cursor is stored once listeners have done their work', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const work = Promise.withResolvers<void>()
  w.client.on('chat_message', () => work.promise)
  const peer = await live(w)
  await until('the first cursor', () => w.heard.length === 1)

  peer.send(chat(7), { type: 'caught_up', cursor: 'c2' })
  await until('the second cursor', () => w.heard.length === 3)
  expect(await storage.get('cursor')).toBe('c1')
  work.resolve()
  await work.promise
  await w.client.close()

  expect(await storage.get('cursor')).toBe('c2')
})

test('the cursor does not pass a gap', async () => {
  await using w = await world()
  const peer = await live(w)
  peer.send(chat(7), chat(9), { type: 'caught_up', cursor: 'c2' })
  await until('the second cursor', () => w.heard.length === 3)
  peer.terminate()

  const again = await w.gateway.accept()
  const hello = await again.welcome('c3', [chat(8), chat(9)])
  await until('the rest', () => w.heard.includes(9))
  again.terminate()
  const third = await w.gateway.accept()

  expect(hello['cursor']).toBe('c1')
  expect(w.heard).toEqual(['caught_up', 7, 'caught_up', 8, 9, 'caught_up'])
  expect((await third.take('hello'))['cursor']).toBe('c3')
})

test('a client that stays connected asks every few minutes for what was lost without a trace', async () => {
  await using w = await world(sooner(100_000, 1_000))
  const peer = await live(w)
  peer.send(chat(58))

  const sync = await peer.take('sync')
  peer.send(chat(57), chat(58), { type: 'caught_up', cursor: 'c2' })
  const next = await peer.take('sync')
  peer.send(chat(56), chat(59))
  await until('the last message', () => w.heard.includes(59))

  expect([sync['cursor'], next['cursor']]).toEqual(['c1', 'c2'])
  expect(w.heard).toEqual(['caught_up', 58, 57, 'caught_up', 59])
})

test('coming back into view asks too, but not every time', async () => {
  let signal = (_: 'visible') => {}
  let slept = 0
  await using w = await world({
    now: () => Date.now() + slept,
    signals: (report) => ((signal = report), () => {}),
  })
  const peer = await live(w)

  signal('visible')
  slept = 31_000
  signal('visible')
  signal('visible')
  w.client.setTyping(room)
  await peer.take('typing_indicator')

  expect(peer.received.map(({ type }) => type)).toEqual(['ping', 'ping', 'sync', 'ping'])
})

test('a resume settles what was lost before the first frame, and what comes late after it was told before', async () => {
  await using w = await world()
  const peer = await live(w)
  peer.send(chat(58))
  await until('the first frame', () => w.heard.includes(58))
  peer.terminate()

  const again = await w.gateway.accept()
  await again.welcome('c2', [chat(57), chat(58)])
  again.send(chat(56), chat(57), chat(59))
  await until('the last message', () => w.heard.includes(59))

  expect(w.heard).toEqual(['caught_up', 58, 57, 'caught_up', 59])
})

test('a listener that throws, closes or connects does not disturb what others hear', async () => {
  await using w = await world()
  const peer = await live(w)
  w.client.on('chat_message', () => {
    throw new Error('mine')
  })
  const states: string[] = []
  w.client.state.subscribe(({ name }) => void states.push(name))
  w.client.on('chat_message', async ({ rev }) => {
    if (rev !== 8) return
    void w.client.close()
    await w.client.connect()
  })

  peer.send(chat(7), chat(8), chat(9))
  const again = await w.gateway.accept()
  const hello = await again.welcome('c2', [chat(8), chat(9)])
  await until('the rest', () => w.heard.includes(9))

  expect(hello['cursor']).toBe('c1')
  expect(w.heard).toEqual(['caught_up', 7, 8, 9, 'caught_up'])
  expect(w.reported).toHaveLength(3)
  expect(states).toEqual(['closed', 'authorizing', 'connecting', 'opening', 'catching_up', 'live'])
})

test('frames of a type that is not known, or that are no frames, change nothing', async () => {
  await using w = await world()
  const peer = await live(w)

  peer.send({ type: 'from_the_future' }, { ...welcome, type: '' }, chat(7))
  await until('the message', () => w.heard.includes(7))

  expect(w.client.state.get().name).toBe('live')
})
