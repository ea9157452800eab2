import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { call, type Problem } from '../client/http.ts'
import { draft, talkingPair, type TalkingPair } from '../client/pairs.ts'
import {
  like,
  listConversations,
  listMatches,
  listMessages,
  register,
  type Person,
} from '../client/people.ts'
import { openSession, openSocket } from '../client/socket.ts'
import { SYSTEM_ENV } from './run.ts'
import { ownNats, ownPostgres, type Server } from './servers.ts'

const ENV = { ...SYSTEM_ENV, ACCESS_TOKEN_TTL: '600' }

const unavailable = { code: 'unavailable', retry_after_ms: expect.any(Number) }

/** Whatever needs what is missing is refused in a way that says: again, later. */
async function expectRefusals({ gateways }: System, pair: TalkingPair, eve: Person): Promise<void> {
  const [here = '', there = ''] = gateways
  const { ada, conversation_id, adasSocket } = pair
  const { token } = ada
  const post = (path: string, json: unknown) =>
    call<Problem>(`${here}${path}`, { method: 'POST', token, json })
  const { type: _, ...message } = draft(conversation_id, 'refused over HTTP')

  // What was on its way when the server went may end in `timeout`; what comes later may not.
  await eventually(
    async () => expect(await post('/api/matching/like', { user_id: eve.id })).toMatchObject({ status: 503 }),
    { timeoutMs: 15_000 },
  )
  const answers = [
    await post(`/api/conversations/${conversation_id}/messages`, message),
    await post('/api/matching/like', { user_id: eve.id }),
    await post('/api/auth/login', { identifier: ada.username, password: ada.password }),
    await call<Problem>(`${there}/api/conversations`, { token }),
  ]
  for (const answer of answers) expect(answer).toMatchObject({ status: 503, body: unavailable })
  const frame = await adasSocket.ask(draft(conversation_id, 'refused on the socket'))
  expect(frame).toMatchObject({ type: 'error', ...unavailable, client_id: expect.any(String) })
  const health = await call<Problem>(`${here}/healthz`)
  expect(health).toMatchObject({ status: 503, body: { code: 'unavailable' } })
}

/** Nothing of what was refused was done, and the same sockets carry on. */
async function expectRecovery({ gateways }: System, pair: TalkingPair, eve: Person): Promise<void> {
  const [here = ''] = gateways
  const { ada, ben, conversation_id, adasSocket, bensSocket } = pair
  for (const gateway of gateways)
    await eventually(async () => expect(await call(`${gateway}/healthz`)).toMatchObject({ status: 200 }), {
      timeoutMs: 45_000,
    })

  const stored = await listMessages(here, ben, conversation_id)
  expect(stored.map(({ content }) => content)).toEqual(['before'])
  expect(await listMatches(here, eve)).toEqual([])
  expect(await listConversations(here, eve)).toEqual([])
  expect(await adasSocket.ask(draft(conversation_id, 'after'))).toMatchObject({
    type: 'ack',
    seq: 2,
    duplicate: false,
  })
  await bensSocket.waitFor('chat_message', ({ seq }) => seq === 2)
  expect(await like(here, ada, eve)).toEqual({ status: 'liked' })
  expect(await like(here, eve, ada)).toMatchObject({ status: 'matched' })
}

async function expectOutage(system: System, server: Server): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const pair = await talkingPair(system.gateways, stack)
  const eve = await register(system.gateways[0]!, 'eve')
  await pair.adasSocket.ask(draft(pair.conversation_id, 'before'))

  await server.remove()
  await expectRefusals(system, pair, eve)
  await server.bringBack()
  await expectRecovery(system, pair, eve)
}

test('F12, S1: an outage is answered as one, and heals: without Postgres everything is refused as unavailable, and nothing is half done', async () => {
  await using postgres = await ownPostgres()
  await using system = await startSystem({ gateways: 2, env: { ...ENV, DATABASE_URL: postgres.url } })

  await expectOutage(system, postgres)
})

test('F06: without NATS everything is refused as unavailable, nothing is half done, and it heals by itself', async () => {
  await using nats = await ownNats()
  await using system = await startSystem({ gateways: 2, env: { ...ENV, NATS_URL: nats.url } })

  await expectOutage(system, nats)
})

test('F27: while a service is stopped and continued, what is asked of it ends in an answer, and its sends are made once', async () => {
  await using stack = new AsyncDisposableStack()
  const system = stack.use(await startSystem({ gateways: 2, env: ENV }))
  const { ben, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const drafts = ['one', 'two', 'three'].map((content) => draft(conversation_id, content))

  await system.kill('messaging', 'SIGSTOP')
  const answers = await Promise.all(drafts.map((one) => adasSocket.ask(one)))
  await system.kill('messaging', 'SIGCONT')

  for (const answer of answers)
    expect(answer).toMatchObject({ type: 'error', code: expect.stringMatching(/^(timeout|unavailable)$/) })
  for (const one of drafts)
    await eventually(async () => expect(await adasSocket.ask(one)).toMatchObject({ type: 'ack' }), {
      timeoutMs: 30_000,
    })
  await bensSocket.waitFor('chat_message', ({ seq }) => seq === 3)
  const stored = await listMessages(system.gateways[1]!, ben, conversation_id)
  expect(stored.map(({ content, seq }) => [seq, content])).toEqual([
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ])
})

test('F39: a gateway that starts while auth cannot answer does not call a good token wrong', async () => {
  await using system = await startSystem({ gateways: 2, env: ENV })
  const [here = '', there = ''] = system.gateways
  const { token } = await register(here, 'ada')
  await system.kill('auth', 'SIGSTOP')
  await system.kill('gateway-1')

  const answer = await eventually(() => call<Problem>(`${here}/api/users/me`, { token }), {
    timeoutMs: 20_000,
  })
  const socket = await openSocket(here, token)
  const closed = await socket.closedWithin(15_000)
  await system.kill('auth', 'SIGCONT')

  expect(answer).toMatchObject({ status: 503, body: unavailable })
  expect(closed.code).toBe(4013)
  await eventually(
    async () => expect(await call(`${here}/api/users/me`, { token })).toMatchObject({ status: 200 }),
    {
      timeoutMs: 45_000,
    },
  )
  await using again = await openSession(there, token)
  expect(again.of('welcome')).toHaveLength(1)
})
