import { once } from 'node:events'
import { connect } from 'node:net'
import {
  block,
  getConversation,
  getUser,
  listKeys,
  listMessages,
  logIn,
  logOut,
  openConversation,
  refresh,
  timestamp,
} from '@parley/protocol'
import { handle, RpcError, type Client } from '@parley/service-kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { head } from './raw-socket.ts'
import { ada, ben, card, startWorld, type World } from './world.ts'

let world: World
let token: string
let renewals = 0
const asked: { input: unknown; client?: Client }[] = []
const conversation = (id: number) => ({
  id,
  kind: 'direct' as const,
  title: null,
  picture: null,
  participants: [card(ada), card(ben)],
  member_count: 2,
  last_message: null,
  last_seq: 0,
  unread_count: 0,
  read_seq: 0,
  muted_until: null,
  is_pinned: false,
  is_archived: false,
  draft: null,
  pinned_message_ids: [],
  created_at: timestamp(new Date(0)),
  updated_at: timestamp(new Date(0)),
  state: 'open' as const,
})
const here = 7 * 256 + 7

beforeAll(async () => {
  world = await startWorld({
    handlers: [
      handle(getUser, async ({ user_id }, { fail }) => {
        if (user_id !== ben) throw fail('user_not_found')
        return card(ben)
      }),
      handle(getConversation, async ({ conversation_id }, { fail }) => {
        if (conversation_id !== here) throw fail('conversation_not_found')
        return conversation(conversation_id)
      }),
      handle(listMessages, async (input) => {
        asked.push({ input })
        return { items: [], next_cursor: null }
      }),
      handle(openConversation, async (input) => ({
        existed: input.kind === 'direct' && input.user_id === ben,
        conversation: conversation(here),
      })),
      handle(refresh, async (_, { fail }) => {
        renewals += 1
        throw fail('refresh_invalid')
      }),
      handle(logIn, async ({ identifier }, { fail }) => {
        if (identifier === 'slow.down') throw new RpcError('rate_limited', { retry_after_ms: 2_500 })
        throw fail('invalid_credentials')
      }),
      handle(logOut, async () => ({})),
      handle(block, async ({ user_id }, { caller }) => {
        if (user_id !== caller.user_id) return {}
        throw new RpcError('invalid', { errors: [{ path: 'user_id', message: 'must be another person' }] })
      }),
    ],
  })
  token = await world.issuer.token(ada)
})
afterAll(() => world[Symbol.asyncDispose]())

test('a route answers with the output of its RPC', async () => {
  const response = await world.call(`/api/users/${ben}`, { token })

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual(card(ben))
})

test('an RPC that made nothing new answers 200 with the part of its output that is the body', async () => {
  const made = await world.call('/api/conversations', {
    method: 'POST',
    token,
    json: { kind: 'direct', user_id: ben + 256 },
  })
  const found = await world.call('/api/conversations', {
    method: 'POST',
    token,
    json: { kind: 'direct', user_id: ben },
  })

  expect([made.status, found.status]).toEqual([201, 200])
  expect(await found.json()).toEqual(conversation(here))
})

test('204 has no body', async () => {
  const response = await world.call('/api/auth/logout', { method: 'POST', token })

  expect(response.status).toBe(204)
  expect(await response.text()).toBe('')
})

test('query and path become what the schema wants, and the path wins', async () => {
  await world.call(
    `/api/conversations/${here}/messages?conversation_id=5&after_seq=12&limit=3&unknown=x&token=secret&token=twice`,
    { token },
  )

  expect(asked.at(-1)?.input).toEqual({ conversation_id: here, after_seq: 12, limit: 3 })
})

test('T27: a query parameter that is given twice is refused by name', async () => {
  const response = await world.call(`/api/conversations/${here}/messages?limit=3&limit=4`, { token })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'limit' }] })
})

test.each(['limit=0', 'limit=201', 'limit=x', 'limit=', 'limit=1.5', 'after_seq=-1', 'limit=1e1'])(
  'a query of %s is refused and named',
  async (query) => {
    const response = await world.call(`/api/conversations/${here}/messages?${query}`, { token })

    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path)).toEqual([query.split('=')[0]])
  },
)

test('an id that is no id answers as one that names nothing, but for the trace', async () => {
  const bodies = await Promise.all(
    ['99999', 'abc', '0', '-5', '1.5', '9007199254740993', '%27%20or%201=1', '1e3', 'x'.repeat(400)].map(
      async (id) => {
        const response = await world.call(`/api/conversations/${id}`, { token })
        const { trace_id, ...body } = (await response.json()) as { trace_id: string }
        expect(trace_id).toMatch(/^[0-9a-f]{32}$/)
        return { status: response.status, body, headers: headersOf(response) }
      },
    ),
  )

  expect(bodies[0]).toMatchObject({ status: 404, body: { code: 'conversation_not_found' } })
  for (const body of bodies) expect(body).toEqual(bodies[0])
})

test('an id in the path that a service finds wrong is named', async () => {
  const post = (id: unknown) => world.call(`/api/users/${String(id)}/block`, { method: 'POST', token })
  const [own, none] = [await post(ada), await post('me')]

  expect((await post(ben)).status).toBe(204)
  expect(own.status).toBe(400)
  expect(await own.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'user_id' }] })
  expect(none.status).toBe(404)
  expect(await none.json()).toMatchObject({ code: 'user_not_found' })
})

function headersOf(response: Response): Record<string, string> {
  const { date: _, ...headers } = Object.fromEntries(response.headers)
  return headers
}

test('an error is problem+json with the status, title and code of the table', async () => {
  const response = await world.call('/api/auth/login', {
    method: 'POST',
    json: { identifier: 'ada', password: 'wrong' },
  })

  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: '/docs/errors#invalid_credentials',
    title: 'Wrong name, password or token',
    status: 401,
    code: 'invalid_credentials',
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
})

test('S0: HTTP takes the token in its header, and nothing without one, before the input is looked at', async () => {
  const nobody = await world.call('/api/conversations', { method: 'POST', json: { kind: 7 } })
  const wrong = await world.call('/api/conversations', { method: 'POST', token, json: { kind: 7 } })

  const unread = await world.call('/api/conversations', {
    method: 'POST',
    body: 'no json',
    headers: { 'content-type': 'application/json' },
  })

  expect([nobody.status, unread.status, wrong.status]).toEqual([401, 401, 400])
  expect(nobody.headers.get('www-authenticate')).toBe('Bearer')
  expect(await wrong.json()).toMatchObject({
    code: 'invalid',
    errors: [{ path: 'kind' }],
  })
})

test('a wait is told in the body and as Retry-After', async () => {
  const response = await world.call('/api/auth/login', {
    method: 'POST',
    json: { identifier: 'slow.down', password: 'x' },
  })

  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('3')
  expect(await response.json()).toMatchObject({ code: 'rate_limited', retry_after_ms: 2_500 })
})

test('a trailing slash is accepted everywhere', async () => {
  const paths = [`/api/users/${ben}/`, '/.well-known/jwks.json/', '/healthz/']
  const statuses = await Promise.all(paths.map(async (path) => (await world.call(path, { token })).status))

  expect(statuses).toEqual([200, 200, 200])
})

test('a path that nobody knows is 404, a method that the path does not know 405', async () => {
  const unknown = await world.call('/api/nothing', { token })
  const wrong = await world.call('/api/conversations', { method: 'PUT', token, json: {} })

  expect([unknown.status, wrong.status]).toEqual([404, 405])
  expect(await unknown.json()).toMatchObject({ code: 'not_found' })
  expect(wrong.headers.get('allow')).toBe('GET, POST')
  expect(await wrong.json()).toMatchObject({ code: 'method_not_allowed' })
})

const login = (body: string, type = 'application/json') =>
  world.call('/api/auth/login', { method: 'POST', body, headers: { 'content-type': type } })

test.each([
  ['not JSON', '{"identifier"'],
  ['not an object', '[1]'],
  ['nested too deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ['behind a byte order mark', '\uFEFF{}'],
])('a body that is %s is refused', async (_, body) => {
  const response = await login(body)

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'invalid', errors: [{ path: '' }] })
})

test('a body that is too large is refused', async () => {
  const response = await login(`{"password":"${'x'.repeat(1_000_000)}"}`)

  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ code: 'payload_too_large', status: 413 })
})

test.each([
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json\ta',
  'application/jsonx',
  'application/x-json',
])('T47: a body of type %s is refused', async (type) => {
  const response = await login('{}', type)

  expect(response.status).toBe(415)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'unsupported_media_type', status: 415 })
})

test('T24: keys of prototypes in a body are only unknown fields', async () => {
  const response = await world.call('/api/auth/login', {
    method: 'POST',
    body: '{"__proto__":{"identifier":"ada"},"constructor":{"prototype":{}},"password":"x"}',
    headers: { 'content-type': 'application/json' },
  })

  expect(await response.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'identifier' }] })
})

test('a service that does not answer is unavailable', async () => {
  const response = await world.call('/api/matching/matches', { token })

  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await response.json()).toMatchObject({ code: 'unavailable' })
})

test('the published keys are an ordinary route', async () => {
  const response = await world.call('/.well-known/jwks.json')

  expect(await response.json()).toEqual({ keys: world.issuer.keys() })
  expect(listKeys.http?.path).toBe('/.well-known/jwks.json')
})

test('a renewal that arrives with the end of its connection is not begun: a repeat that was held up would end the session', async () => {
  const body = JSON.stringify({ refresh_token: 'r'.repeat(43) })
  const request = [
    'POST /api/auth/refresh HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  const ask = async (hangsUp: boolean): Promise<void> => {
    const socket = connect({ port: world.port, host: '127.0.0.1' })
    const ended = once(socket, 'close')
    socket.on('data', () => socket.end())
    if (hangsUp) socket.end(head(...request) + body)
    else socket.write(head(...request) + body)
    await ended
  }

  await ask(true)
  await ask(true)
  expect(renewals).toBe(0)
  await ask(false)

  expect(renewals).toBe(1)
})
