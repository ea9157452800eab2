import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tokens } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { OIDC_AUDIENCE, signSharedSecretToken, startOidcIssuer, type OidcIssuer } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk } from './client/http.ts'
import { draft } from './client/pairs.ts'
import { openSession, openSocket } from './client/socket.ts'

const SECRET = 'what Appwrite and Parley share, and nobody else'

const stack = new AsyncDisposableStack()
let oidc: OidcIssuer
let system: System
let here: string
let there: string

beforeAll(async () => {
  oidc = stack.use(await startOidcIssuer())
  const folder = await mkdtemp(join(tmpdir(), 'parley-issuers-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'key'), `${SECRET}\n`)
  const appwrite = {
    ...{ kind: 'jwt', issuer: 'appwrite', algorithm: 'HS256', secret_file: 'key', max_age_seconds: 900 },
    ...{ claims: { subject: 'userId', session: 'sessionId' }, absent_claims: ['iss', 'aud'] },
  }
  const provider = { kind: 'oidc', issuer: oidc.url, audience: OIDC_AUDIENCE, algorithm: 'RS256' }
  await writeFile(join(folder, 'issuers.json'), JSON.stringify([provider, appwrite]))
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0', ISSUERS: join(folder, 'issuers.json') }
  system = stack.use(await startSystem({ gateways: 2, env }))
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => stack.disposeAsync())

const appwriteToken = (userId: string, seconds = 900) =>
  signSharedSecretToken(SECRET, {
    ...{ userId, sessionId: `phone of ${userId}` },
    exp: Math.floor(Date.now() / 1_000) + seconds,
  })
const exchange = (gateway: string, issuer: string, token: string) =>
  fetchOk<Tokens>(`${gateway}/api/auth/exchange`, { method: 'POST', json: { issuer, token } })

test('a person of an OpenID provider and one of Appwrite match and talk, with their own tokens on sockets', async () => {
  const adasToken = await oidc.token('ada', { claims: { preferred_username: 'ada', given_name: 'Ada' } })
  const bensToken = await appwriteToken('ben')
  await using ada = await openSession(here, adasToken)
  await using ben = await openSession(there, bensToken)
  const { access_token: adas, user } = await exchange(there, oidc.url, adasToken)
  const { access_token: bens, user: bensUser } = await exchange(here, 'appwrite', bensToken)
  const like = (token: string, user_id: number) =>
    fetchOk<{ status: string }>(`${here}/api/matching/like`, { method: 'POST', token, json: { user_id } })

  expect(ada.of('welcome')[0]).toMatchObject({ user: { ...user, username: 'ada', first_name: 'Ada' } })
  expect(ben.of('welcome')[0]).toMatchObject({ user: bensUser })
  expect(await like(adas, bensUser.id)).toEqual({ status: 'liked' })
  expect(await like(bens, user.id)).toMatchObject({ status: 'matched' })
  const { match } = (await ada.waitFor('new_match')) as unknown as { match: { conversation_id: number } }
  await ben.waitFor('new_match')
  await ada.ask(draft(match.conversation_id, 'Hello from elsewhere'))
  await ben.waitFor('chat_message', ({ message }) => isSaying(message, 'Hello from elsewhere'))
  await ben.ask(draft(match.conversation_id, 'So am I'))
  await ada.waitFor('chat_message', ({ message }) => isSaying(message, 'So am I'))
})

const isSaying = (message: unknown, content: string): boolean =>
  (message as { content: string }).content === content

test('T13: sockets that come again with new tokens are one session, and all end with it at every gateway', async () => {
  await using first = await openSession(here, await appwriteToken('cleo', 800))
  await using second = await openSession(there, await appwriteToken('cleo', 850))
  const token = await appwriteToken('cleo')
  const { access_token } = await exchange(here, 'appwrite', token)
  const { items } = await fetchOk<{ items: { id: string; is_current: boolean }[] }>(
    `${here}/api/auth/sessions`,
    { token: access_token },
  )
  const onSockets = items.find(({ is_current }) => !is_current)?.id

  expect(items).toHaveLength(2)
  expect([first, second].map((socket) => socket.of('welcome')[0]?.['session_id'])).toEqual([
    onSockets,
    onSockets,
  ])
  await fetchOk(`${there}/api/auth/sessions/${onSockets}`, { method: 'DELETE', token: access_token })
  expect((await first.closedWithin(1_000)).code).toBe(4403)
  expect((await second.closedWithin(1_000)).code).toBe(4403)
  await using again = await openSocket(here, token)
  expect((await again.closedWithin(5_000)).code).toBe(4401)
})

test('T07: over the network every refusal of an outside token is the same 401; a user id is no token', async () => {
  const refusals = await Promise.all(
    [
      { issuer: oidc.url, token: await oidc.token('eve', { exp: -60, iat: -600 }) },
      { issuer: oidc.url, token: await oidc.token('eve', { claims: { aud: 'another-app' } }) },
      { issuer: 'https://unknown.example', token: await oidc.token('eve') },
      { issuer: 'appwrite', token: await signSharedSecretToken(`${SECRET}!`, { userId: 'eve', exp: 9e9 }) },
      { issuer: 'appwrite', token: 'eve' },
    ].map((json) => call<{ trace_id?: string }>(`${here}/api/auth/exchange`, { method: 'POST', json })),
  )
  const told = refusals.map(({ status, body: { trace_id: _, ...body } }) => ({ status, ...body }))

  expect(told).toEqual(told.map(() => told[0]))
  expect(told[0]).toMatchObject({ status: 401, code: 'invalid_credentials' })
  await using socket = await openSocket(here, 'eve')
  expect((await socket.closedWithin(5_000)).code).toBe(4401)
})
