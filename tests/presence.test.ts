import type { Privacy } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk } from './client/http.ts'
import { register, type Person } from './client/people.ts'
import { openSession, type Socket } from './client/socket.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

const OFFLINE_WITHIN_MS = 40_000

const open = ({ token }: Person, { id }: Person) =>
  fetchOk(`${there}/api/conversations`, { method: 'POST', token, json: { kind: 'direct', user_id: id } })

/** What a socket was told of somebody, in order. */
const toldOf = (socket: Socket, { id }: Person) =>
  socket.of('user_status').flatMap(({ user_id, status }) => (user_id === id ? [status] : []))

async function watch(person: Person, people: readonly Person[]): Promise<Socket> {
  for (const other of people) await open(person, other)
  const socket = await openSession(there, person.token)
  await socket.ask({ type: 'watch', user_ids: people.map(({ id }) => id) })
  for (const { id } of people) await socket.waitFor('user_status', (frame) => frame['user_id'] === id)
  return socket
}

const isWell = (gateway: string) => async () =>
  expect((await call(`${gateway}/healthz`, {})).status).toBe(200)

test('who was on a killed gateway is offline within 40 s, once; who came back, and whom a killed messaging forgot, never was', async () => {
  const [ada, ben, cat, eve] = (await Promise.all(
    ['ada', 'ben', 'cat', 'eve'].map((name) => register(here, name)),
  )) as [Person, Person, Person, Person]
  await using _ofAda = await openSession(here, ada.token)
  await using _ofBen = await openSession(here, ben.token)
  await using _ofCat = await openSession(there, cat.token)
  await using socket = await watch(eve, [ada, ben, cat])
  for (const person of [ada, ben, cat]) expect(toldOf(socket, person)).toEqual(['online'])

  await system.kill('messaging', 'SIGKILL')
  await eventually(isWell(there), { timeoutMs: 45_000, intervalMs: 200 })
  const killedAt = performance.now()
  await system.kill('gateway-1', 'SIGKILL')
  await using _back = await openSession(there, ben.token)
  await socket.waitFor(
    'user_status',
    ({ user_id, status }) => user_id === ada.id && status === 'offline',
    OFFLINE_WITHIN_MS + 10_000,
  )

  expect(performance.now() - killedAt).toBeLessThan(OFFLINE_WITHIN_MS)
  expect(toldOf(socket, ada)).toEqual(['online', 'offline'])
  expect(toldOf(socket, ben)).toEqual(['online'])
  expect(toldOf(socket, cat)).toEqual(['online'])
}, 120_000)

test('who hides, blocks, or shares nothing any more is offline at once to those who watched, without a time', async () => {
  const [ada, ben, eve] = (await Promise.all(['ada', 'ben', 'eve'].map((name) => register(there, name)))) as [
    Person,
    Person,
    Person,
  ]
  await using _ofAda = await openSession(there, ada.token)
  await using _ofBen = await openSession(there, ben.token)
  await using socket = await watch(eve, [ada, ben])
  const offline = ({ id }: Person) =>
    socket.waitFor('user_status', ({ user_id, status }) => user_id === id && status === 'offline')

  const url = `${there}/api/users/me/privacy`
  const json = { presence: false }
  const privacy = await fetchOk<Privacy>(url, { method: 'PUT', token: ada.token, json })
  expect(privacy).toEqual({ receipts: true, typing: true, presence: false })
  expect((await offline(ada))['last_seen']).toBeUndefined()
  await call(`${there}/api/users/${eve.id}/block`, { method: 'POST', token: ben.token })
  expect((await offline(ben))['last_seen']).toBeUndefined()

  await using other = await openSession(there, eve.token)
  other.send({ type: 'watch', user_ids: [ada.id, ben.id] })
  for (const { id } of [ada, ben]) {
    const told = await other.waitFor('user_status', ({ user_id }) => user_id === id)
    expect(told).toEqual({
      type: 'user_status',
      user_id: id,
      status: 'offline',
      timestamp: told['timestamp'],
    })
  }
})
