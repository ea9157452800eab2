import { expect, test } from 'vitest'
import { ada, ben, bensTokens, tokens } from '../test/scripted-gateway.ts'
import { live, room, until, world, type World } from '../test/world.ts'
import { ParleyClient } from './client.ts'
import { RpcError } from './errors.ts'
import { memoryStorage } from './storage.ts'

const signedOut = { tokens: undefined } as object

const answer = (w: World, route: string, body: unknown, status = 200) =>
  w.gateway.routes.set(route, () => ({ status, body }))

test('fields go where the operation has them: path, query or body', async () => {
  await using w = await world()
  answer(w, 'GET /api/conversations/1024/messages?after_seq=3&limit=2', { items: [], next_cursor: null })
  answer(w, 'POST /api/conversations/1024/messages', { id: 1 }, 201)
  answer(w, 'DELETE /api/auth/sessions/a%2Fb', undefined, 204)

  const list = await w.client.call('messaging.list_messages', {
    conversation_id: room,
    after_seq: 3,
    limit: 2,
    before_seq: null,
  })
  const message = await w.client.call('messaging.send_message', { conversation_id: room, content: 'hello' })
  const nothing = await w.client.call('auth.end_session', { session_id: 'a/b' })

  expect([list.items, message.id, nothing]).toEqual([[], 1, undefined])
  expect(w.gateway.requests.map(({ body, authorization }) => [body, authorization])).toEqual([
    [{}, 'Bearer access-1'],
    [{ content: 'hello' }, 'Bearer access-1'],
    [{}, 'Bearer access-1'],
  ])
})

test('what a person changes of themselves is theirs at once, and is kept', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const changed = { ...ada, first_name: 'Augusta' }
  answer(w, 'PATCH /api/users/me', changed)
  await w.client.call('auth.update_me', { first_name: 'Augusta' })
  const later = new ParleyClient({ url: w.gateway.url, storage })
  answer(w, 'GET /api/users/me', changed)
  await later.call('auth.get_me', {})

  expect([w.client.user.get(), later.user.get()]).toEqual([changed, changed])
})

test('the gateway may be below a path', async () => {
  await using w = await world()
  answer(w, 'GET /chat/api/users/me', ada)
  const client = new ParleyClient({ url: `${w.gateway.url}/chat/`, tokens: tokens() })

  expect(await client.call('auth.get_me', {})).toEqual(ada)
})

test('a problem becomes an RpcError with all that it says', async () => {
  await using w = await world(signedOut)
  const problem = { code: 'username_taken', title: 'The username is in use', trace_id: 't1', status: 409 }
  answer(w, 'POST /api/auth/register', problem, 409)

  const error: unknown = await w.client
    .register({ username: 'ada', password: 'correct horse' })
    .catch((e: unknown) => e)

  expect(error).toBeInstanceOf(RpcError)
  const { title, ...rest } = problem
  expect(error).toMatchObject({ ...rest, remedy: 'fix', message: `username_taken: ${title}` })
})

test.each([
  [502, 'unavailable'],
  [403, 'unavailable'],
  [429, 'rate_limited'],
])('what something in between says with %d is %s, and ends no session', async (status, code) => {
  await using w = await world()
  answer(w, 'GET /api/users/me', '<html>', status)

  await expect(w.client.call('auth.get_me', {})).rejects.toMatchObject({ code, status })
  expect(w.client.user.get()).toEqual(ada)
})

test('a gateway that cannot be reached is unavailable; a call that the application gives up says so itself', async () => {
  await using w = await world()
  const nowhere = new ParleyClient({ url: 'http://127.0.0.1:9', tokens: tokens() })

  await expect(nowhere.call('auth.get_me', {})).rejects.toMatchObject({
    code: 'unavailable',
    remedy: 'retry',
  })
  await expect(w.client.call('auth.get_me', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('a missing path field and an unknown operation are named without asking anybody', async () => {
  await using w = await world()

  await expect(w.client.call('auth.get_user', {} as never)).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'user_id' }],
  })
  await expect(w.client.call('auth.no_such' as never, {} as never)).rejects.toThrow(
    'no operation auth.no_such',
  )
  expect(w.gateway.requests).toEqual([])
})

test('calls whose token has ended wait for one renewal, and none is sent with the refused token again', async () => {
  await using w = await world()
  answer(w, 'POST /api/auth/refresh', tokens(2))
  w.gateway.routes.set('GET /api/users/me', (_, { headers }) =>
    headers.authorization === 'Bearer access-2'
      ? { status: 200, body: ada }
      : { status: 401, body: { code: 'unauthenticated' } },
  )

  const answers = await Promise.all([1, 2, 3].map(() => w.client.call('auth.get_me', {})))

  expect(answers).toEqual([ada, ada, ada])
  const sent = w.gateway.requests.map(({ route, authorization }) => authorization ?? route)
  expect(sent.filter((bearer) => bearer === 'POST /api/auth/refresh')).toHaveLength(1)
  expect(sent.filter((bearer) => bearer === 'Bearer access-1')).toHaveLength(3)
})

test('a session is kept, and an earlier one that was given does not replace its renewed tokens', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage, ...signedOut })
  answer(w, 'POST /api/auth/login', tokens(5))
  await w.client.logIn({ identifier: 'ada', password: 'correct horse' })
  await w.client.close()

  const reloaded = new ParleyClient({ url: w.gateway.url, storage, tokens: tokens(1) })
  const peer = await live({ gateway: w.gateway, client: reloaded })
  await reloaded.close()

  expect(peer.credential).toBe('bearer.access-5')
})

test('a second tab takes the tokens that the first one renewed, for a refresh token works once', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  let renewals = 0
  w.gateway.routes.set('POST /api/auth/refresh', ({ refresh_token }) =>
    refresh_token === 'refresh-1' && (renewals += 1) === 1
      ? { status: 200, body: tokens(2) }
      : { status: 401, body: { code: 'refresh_reused' } },
  )
  const other = new ParleyClient({ url: w.gateway.url, tokens: tokens(), storage, random: () => 0.01 })
  const peers = [await live(w), await live({ gateway: w.gateway, client: other })]

  peers[0]?.close(4301)
  const first = await w.gateway.accept()
  peers[1]?.close(4301)
  const second = await w.gateway.accept()
  await other.close()

  expect([first.credential, second.credential]).toEqual(['bearer.access-2', 'bearer.access-2'])
  expect(renewals).toBe(1)
})

test('an answer to a renewal that is lost is asked for again while it is still given', async () => {
  await using w = await world()
  let renewedAt: number | undefined
  w.gateway.routes.set('POST /api/auth/refresh', () => {
    if (renewedAt === undefined) {
      renewedAt = performance.now()
      return new Promise(() => {})
    }
    return performance.now() - renewedAt <= 10_000
      ? { status: 200, body: tokens(2) }
      : { status: 401, body: { code: 'refresh_reused' } }
  })
  const peer = await live(w)

  peer.close(4301)
  await until(
    'an answer to the renewal',
    () => w.client.user.get() === undefined || w.gateway.peers.length > 1,
  )

  expect(w.gateway.peers[1]?.credential).toBe('bearer.access-2')
})

test("another person's log-in finds nothing of the first one's", async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  await live(w)
  const { acked } = w.client.send(room, 'from Ada')
  await w.client.close()
  await expect(acked).rejects.toMatchObject({ code: 'closed' })

  const next = new ParleyClient({ url: w.gateway.url, storage, tokens: bensTokens })
  const peer = await live({ gateway: w.gateway, client: next }, 'b1')
  await next.close()

  expect(peer.received).toEqual([])
  expect(next.localMessages.get()).toEqual([])
  expect(await storage.get('unsent')).toMatchObject({ value: [] })
  expect(await storage.get('cursor')).toBe('b1')
})

test('a log-in as somebody else on the same client forgets the first person, and tells those who wait', async () => {
  await using w = await world()
  const peer = await live(w)
  const { acked } = w.client.send(room, 'from Ada')
  await peer.take('chat_message')

  await w.client.adopt(bensTokens)
  expect(await peer.closed()).toBe(1000)
  const again = await live(w, 'b1')

  await expect(acked).rejects.toMatchObject({ code: 'closed' })
  expect(again.credential).toBe('bearer.access-7')
  expect(again.received).toEqual([])
})

test('who logs in after the session of somebody else has ended finds nothing of theirs, also after a reload', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const peer = await live(w)
  w.client.send(room, 'from Ada')
  await peer.take('chat_message')
  peer.close(4403)
  await until('the end', () => w.client.state.get().name === 'closed')
  await w.client.close()
  expect(w.client.localMessages.get()).toHaveLength(1)

  await using later = await world({ storage, tokens: bensTokens })
  const next = later.gateway.accept()
  void later.client.connect()
  const hello = await (await next).take('hello')
  await w.client.adopt(bensTokens)

  expect(hello['cursor']).toBeUndefined()
  for (const { client } of [w, later]) expect(client.localMessages.get()).toEqual([])
})

test('a renewal that ends after somebody else logged in brings nobody back', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  const late = Promise.withResolvers<void>()
  w.gateway.routes.set('POST /api/auth/refresh', async () => {
    await late.promise
    return { status: 200, body: tokens(2) }
  })
  answer(w, 'GET /api/users/me', { code: 'unauthenticated' }, 401)
  const asked = w.client.call('auth.get_me', {})
  await until('the renewal', () => w.gateway.requests.some(({ route }) => route === 'POST /api/auth/refresh'))

  await w.client.adopt(bensTokens)
  late.resolve()

  await expect(asked).rejects.toMatchObject({ code: 'signed_out' })
  expect(w.client.user.get()).toEqual(ben)
  expect(await storage.get('session')).toMatchObject({ refresh_token: 'refresh-7' })
})

test('what a slow storage gives after somebody else logged in is not theirs', async () => {
  const storage = memoryStorage()
  await storage.set('cursor', 'a1')
  const read = Promise.withResolvers<void>()
  const slow = {
    ...storage,
    get: async (key: string) => {
      const value = await storage.get(key)
      if (key === 'cursor') await read.promise
      return value
    },
  }
  await using w = await world({ storage: slow })
  void w.client.connect()
  await until('the session', () => w.client.user.get() !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 20))

  await w.client.adopt(bensTokens)
  read.resolve()
  const peer = await w.gateway.accept()

  expect(peer.credential).toBe('bearer.access-7')
  expect(await peer.take('hello')).toEqual({ type: 'hello' })
})

test('logging out ends the session there and forgets it here', async () => {
  const storage = memoryStorage()
  await using w = await world({ storage })
  answer(w, 'POST /api/auth/logout', undefined, 204)
  const peer = await live(w)
  w.client.send(room, 'unsent')

  await w.client.logOut()

  expect(await peer.closed()).toBe(1000)
  expect(w.client.state.get().name).toBe('closed')
  expect(w.client.user.get()).toBeUndefined()
  for (const key of ['session', 'cursor']) expect(await storage.get(key)).toBeUndefined()
  expect(await storage.get('unsent')).toMatchObject({ value: [] })
})

test.each(['session', 'unsent'])(
  'a storage that cannot read the %s is said by connect, and read again by the next',
  async (part) => {
    let isBroken = true
    const storage = memoryStorage()
    const broken = {
      ...storage,
      get: (key: string) =>
        isBroken && key === part ? Promise.reject(new Error('locked')) : storage.get(key),
    }
    await using w = await world({ storage: broken })

    await expect(w.client.connect()).rejects.toThrow('locked')
    isBroken = false
    await live(w)

    expect(w.client.state.get().name).toBe('live')
  },
)
