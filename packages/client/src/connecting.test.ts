import { expect, test } from 'vitest'
import { ada, ben, tokens, welcome } from '../test/scripted-gateway.ts'
import { chat, sooner, live, room, until, world, type World } from '../test/world.ts'
import { memoryStorage } from './storage.ts'

/** Renewals that give `access-2`, `access-3`, … */
function renewals(w: World, expires_in = 600): () => number {
  let count = 0
  w.gateway.routes.set('POST /api/auth/refresh', ({ refresh_token }) =>
    refresh_token === `refresh-${count + 1}`
      ? { status: 200, body: tokens((count += 1) + 1, expires_in) }
      : { status: 401, body: { code: 'refresh_reused' } },
  )
  return () => count
}

test('the socket opens with the token as sub-protocol, and says hello first', async () => {
  await using w = await world()
  void w.client.connect()
  const peer = await w.gateway.accept()
  const hello = await peer.take('hello')

  expect(peer.protocols).toEqual(['parley.v1', 'bearer.access-1'])
  expect(hello).toEqual({ type: 'hello' })
  expect(w.client.state.get().name).toBe('opening')
})

test('a ticket opens the socket where that is wanted', async () => {
  await using w = await world({ tickets: true })
  w.gateway.routes.set('POST /api/auth/ticket', () => ({
    status: 201,
    body: { ticket: 'once', expires_in: 30 },
  }))
  const peer = await live(w)

  expect(peer.credential).toBe('ticket.once')
  expect(w.gateway.requests[0]?.authorization).toBe('Bearer access-1')
})

test('a ticket that comes after the client was closed opens nothing', async () => {
  await using w = await world({ tickets: true })
  const late = Promise.withResolvers<void>()
  let issued = 0
  w.gateway.routes.set('POST /api/auth/ticket', async () => {
    const ticket = `t${(issued += 1)}`
    if (ticket === 't1') await late.promise
    else {
      late.resolve()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return { status: 201, body: { ticket, expires_in: 30 } }
  })
  void w.client.connect()
  await until('the first ticket', () => issued === 1)
  await w.client.close()

  const peer = await live(w)

  expect(peer.credential).toBe('ticket.t2')
  expect(w.gateway.peers).toHaveLength(1)
})

test('who closes while it is read what an earlier client left stays closed', async () => {
  await using w = await world()
  const connected = w.client.connect()

  await w.client.close()

  await expect(connected).rejects.toMatchObject({ code: 'closed' })
  expect(w.client.state.get().name).toBe('closed')
})

test('a listener of the state may act on it: everybody hears the states in their order', async () => {
  await using w = await world()
  const states: string[] = []
  w.client.state.subscribe(({ name }) => {
    if (name === 'waiting') void w.client.close()
  })
  w.client.state.subscribe(({ name }) => void states.push(name))
  const peer = await live(w)
  peer.terminate()
  await until('closed', () => states.includes('closed'))

  expect(states).toEqual(['authorizing', 'connecting', 'opening', 'catching_up', 'live', 'waiting', 'closed'])
  expect(w.client.state.get()).toEqual({ name: 'closed', reason: 'closed_by_app' })
})

test('S0, S2: without a session nothing connects: connect rejects and says to log in', async () => {
  await using w = await world({ tokens: undefined } as object)

  expect(w.client.state.get()).toEqual({ name: 'idle' })
  await expect(w.client.connect()).rejects.toMatchObject({ code: 'signed_out', remedy: 'log_in' })
  expect(w.gateway.peers).toEqual([])
})

test.each([1006, 4000, 4008])('S1, S3, S4: a lost socket is opened again, after %d too', async (code) => {
  await using w = await world()
  const peer = await live(w)

  if (code === 1006) peer.terminate()
  else peer.close(code)
  const hello = await (await w.gateway.accept()).welcome('c2')
  await until('live', () => w.client.state.get().name === 'live')

  expect(hello['cursor']).toBe('c1')
})

test.each([
  [4409, 'replaced'],
  [4406, 'version'],
  [4403, 'session_ended'],
  [4999, 'refused'],
])('after %d it stays closed, as %s', async (code, reason) => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const peer = await live(w)

  peer.close(code)
  await until('closed', () => w.client.state.get().name === 'closed')

  expect(w.client.state.get()).toEqual({ name: 'closed', reason })
  expect((await storage.get('session')) === undefined).toBe(code === 4403)
  expect(w.gateway.peers).toHaveLength(1)
})

test.each([
  [4403, 'signed_out', 'session_ended'],
  [4409, 'closed', 'replaced'],
])(
  'whoever waits for a connection, and for an answer, hears of %d that it is %s: %s',
  async (close, code, detail) => {
    await using w = await world()
    const asked = w.client.markRead(room, 3).catch((error: unknown) => error)
    const connected = w.client.connect().catch((error: unknown) => error)
    const peer = await w.gateway.accept()
    peer.close(close)

    const message = `${code}: ${detail}`
    expect(await connected).toMatchObject({ code, message })
    expect(await asked).toMatchObject({ code, message })
  },
)

test('a server that does not welcome is left for another try', async () => {
  await using w = await world(sooner(15_000, 30))
  void w.client.connect()
  const silent = await w.gateway.accept()

  const again = await w.gateway.accept()

  expect(again.credential).toBe('bearer.access-1')
  expect(await silent.closed()).toBe(1000)
})

test('a socket that went dead without a word is noticed', async () => {
  await using w = await world()
  void w.client.connect()
  const peer = await w.gateway.accept()
  peer.mute()
  await peer.welcome('c1', [], { ...welcome, heartbeat_ms: 100 })

  const again = await w.gateway.accept()

  expect((await again.take('hello'))['cursor']).toBe('c1')
})

test('a device that comes back into view asks for a sign of life', { timeout: 20_000 }, async () => {
  let signal = (_: 'visible' | 'online' | 'offline') => {}
  await using w = await world({ signals: (report) => ((signal = report), () => {}) })
  const peer = await live(w)
  peer.mute()
  const started = performance.now()

  signal('visible')
  await w.gateway.accept()

  expect(performance.now() - started).toBeLessThan(10_000)
})

test('a device that is online again does not wait for the back-off', async () => {
  let signal = (_: 'visible' | 'online' | 'offline') => {}
  let isDown = false
  await using w = await world({
    signals: (report) => ((signal = report), () => {}),
    // Once down, no wait ends by itself.
    after: (ms, run) => {
      const timer = isDown ? undefined : setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  const peer = await live(w)
  isDown = true
  peer.terminate()
  await until('the wait', () => w.client.state.get().name === 'waiting')

  signal('online')
  const again = await w.gateway.accept()

  expect((await again.take('hello'))['cursor']).toBe('c1')
})

test('goaway: a second socket resumes before the first is closed, and nothing is lost or told twice', async () => {
  await using w = await world()
  const first = await live(w)
  first.send(chat(7), { type: 'goaway', reconnect_in_ms: 1_000 })

  const second = await w.gateway.accept()
  const hello = await second.take('hello')
  first.send(chat(8))
  await until('a message on the first', () => w.heard.includes(8))
  expect(first.closeCode).toBeUndefined()
  second.send(welcome, chat(7), chat(8), chat(9), { type: 'caught_up', cursor: 'c2' })
  expect(await first.closed()).toBe(1000)
  second.send(chat(10))
  await until('a message on the second', () => w.heard.includes(10))

  expect(hello['cursor']).toBe('c1')
  expect(w.heard).toEqual(['caught_up', 7, 8, 9, 'caught_up', 10])
  expect(w.client.state.get().name).toBe('live')
})

test('goaway: the second socket is opened when the gateway says, which spreads its clients', async () => {
  const waits: number[] = []
  await using w = await world({
    after: (ms, run) => {
      waits.push(ms)
      const timer = setTimeout(run, ms === 77_777 ? 0 : ms)
      return () => clearTimeout(timer)
    },
  })
  const first = await live(w)

  first.send({ type: 'goaway', reconnect_in_ms: 77_777 })
  await w.gateway.accept()

  expect(waits).toContain(77_777)
})

test('goaway: a message that the first socket did not acknowledge goes out on the second', async () => {
  await using w = await world()
  const first = await live(w)
  first.send({ type: 'goaway', reconnect_in_ms: 0 })
  const second = await w.gateway.accept()
  const { client_id } = w.client.send(room, 'one')
  const sent = await first.take('chat_message')

  await second.welcome('c2')
  const resent = await second.take('chat_message')

  expect([sent['client_id'], resent['client_id']]).toEqual([client_id, client_id])
})

test('goaway: when the first socket is lost too early the second is all there is', async () => {
  await using w = await world()
  const first = await live(w)
  first.send({ type: 'goaway', reconnect_in_ms: 0 })
  const second = await w.gateway.accept()
  await second.take('hello')
  first.terminate()
  await until('the loss', () => w.client.state.get().name === 'opening')

  second.send(welcome, { type: 'caught_up', cursor: 'c2' })
  await until('live', () => w.client.state.get().name === 'live')

  expect(w.gateway.peers).toHaveLength(2)
})

test('goaway: what took over is a socket like any other, to be lost or replaced in its turn', async () => {
  await using w = await world()
  const first = await live(w)
  first.send({ type: 'goaway', reconnect_in_ms: 0 })
  const second = await w.gateway.accept()
  await second.welcome('c2')
  await first.closed()
  second.send({ type: 'goaway', reconnect_in_ms: 0 })
  const third = await w.gateway.accept()
  await third.welcome('c3')
  await second.closed()
  third.terminate()

  const fourth = await w.gateway.accept()
  expect((await fourth.welcome('c4'))['cursor']).toBe('c3')
  fourth.send(chat(7))
  await until('a message', () => w.heard.includes(7))
  w.client.setTyping(room)
  await fourth.take('typing_indicator')
})

test('4301: the token is renewed, the refused one is not sent again, and the socket resumes', async () => {
  await using w = await world()
  const renewed = renewals(w)
  const peer = await live(w)

  peer.close(4301)
  const again = await w.gateway.accept()
  const hello = await again.welcome('c2')

  expect(again.credential).toBe('bearer.access-2')
  expect(hello['cursor']).toBe('c1')
  expect(renewed()).toBe(1)
})

test('4401 is answered by one renewal; when that is refused too, it stays closed', async () => {
  await using w = await world()
  renewals(w)
  const connected = w.client.connect()
  for (const credential of ['bearer.access-1', 'bearer.access-2']) {
    const peer = await w.gateway.accept()
    expect(peer.credential).toBe(credential)
    peer.close(4401)
  }

  await expect(connected).rejects.toMatchObject({ code: 'closed' })
  expect(w.client.state.get()).toEqual({ name: 'closed', reason: 'not_authenticated' })
})

test('a renewal that the server refuses ends the session here as well', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  w.gateway.routes.set('POST /api/auth/refresh', () => ({ status: 401, body: { code: 'refresh_reused' } }))
  const peer = await live(w)

  peer.close(4301)
  await until('the end', () => w.client.state.get().name === 'closed')

  expect(w.client.state.get()).toEqual({ name: 'closed', reason: 'signed_out' })
  expect(w.client.user.get()).toBeUndefined()
  expect(await storage.get('session')).toBeUndefined()
})

test('a renewal that cannot be asked for is tried again, and the session stays', async () => {
  await using w = await world()
  let asked = 0
  w.gateway.routes.set('POST /api/auth/refresh', () =>
    (asked += 1) < 4 ? { status: 503, body: '<html>' } : { status: 200, body: tokens(2) },
  )
  const peer = await live(w)

  peer.close(4301)
  const again = await w.gateway.accept()

  expect(again.credential).toBe('bearer.access-2')
  expect(asked).toBe(4)
})

test('S3: a new token goes to the open socket: it is renewed before the old one ends', async () => {
  await using w = await world({ tokens: tokens(1, 1) })
  const renewed = renewals(w, 1)
  const peer = await live(w)

  const [second, third] = [await peer.take('authenticate'), await peer.take('authenticate')]

  expect([second['token'], third['token']]).toEqual(['access-2', 'access-3'])
  expect(renewed()).toBeGreaterThanOrEqual(2)
  expect(w.client.state.get().name).toBe('live')
  expect(w.gateway.peers).toHaveLength(1)
})

test('S4: there is one socket, however often it is asked for; after close it connects anew', async () => {
  await using w = await world()
  void w.client.connect()
  const peer = await live(w)
  expect(w.gateway.peers).toHaveLength(1)
  await w.client.close()
  expect(await peer.closed()).toBe(1000)

  await live(w)

  expect(w.gateway.peers).toHaveLength(2)
  expect(w.client.user.get()).toEqual(ada)
})

test('a socket that greets somebody else is left: nothing of theirs is told, and nothing said', async () => {
  await using w = await world()
  w.gateway.routes.set('POST /api/auth/refresh', () => ({ status: 200, body: tokens(2) }))
  w.client.send(room, 'from Ada')
  const connected = w.client.connect()
  const peers = [await w.gateway.accept()]
  await peers[0]?.welcome('b1', [chat(7)], { ...welcome, user: ben })
  peers.push(await w.gateway.accept())
  await peers[1]?.welcome('b1', [chat(7)], { ...welcome, user: ben })

  await expect(connected).rejects.toMatchObject({ code: 'closed' })
  expect(w.client.state.get()).toEqual({ name: 'closed', reason: 'not_authenticated' })
  for (const peer of peers) expect(await peer.closed()).toBe(1000)
  expect(peers.flatMap(({ received }) => received)).toEqual([])
  expect(w.heard).toEqual([])
})
