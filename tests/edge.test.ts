import { randomUUID } from 'node:crypto'
import { UPPER_LIMIT, type Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk } from './client/http.ts'
import { draft, matchedPair, talkingPair } from './client/pairs.ts'
import { listMessages, register, registerMany } from './client/people.ts'

let system: System
let gateway: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ env })
  gateway = system.gateways[0] ?? ''
})
afterAll(() => system[Symbol.asyncDispose]())

test('T23: who sends, when and where in the order is not the client’s to say', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const forged = {
    ...{ sender_id: ben.id, user_id: ben.id, sender: { id: ben.id }, role: 'admin' },
    ...{ seq: 900, rev: 900, id: 1, created_at: '2001-01-01T00:00:00.000Z', kind: 'system', is_edited: true },
  }
  const first = await adasSocket.ask({ ...draft(conversation_id, 'by frame'), ...forged })
  const json = { content: 'by request', client_id: randomUUID(), ...forged }
  const url = `${gateway}/api/conversations/${conversation_id}/messages`
  const second = await fetchOk<Message>(url, { method: 'POST', token: ada.token, json })
  const told = await bensSocket.waitFor('chat_message', ({ seq }) => seq === 2)

  expect(first).toMatchObject({ type: 'ack', seq: 1 })
  expect(second).toMatchObject({ seq: 2, sender: { id: ada.id }, kind: 'text', is_edited: false })
  expect(told['message']).toEqual(second)
  for (const { id, sender, created_at } of await listMessages(gateway, ben, conversation_id)) {
    expect(sender.id).toBe(ada.id)
    expect(id).not.toBe(1)
    expect(Date.now() - Date.parse(created_at)).toBeLessThan(60_000)
  }
})

test('T24: of an own account only what is offered can be set', async () => {
  const { token } = await register(gateway, 'ada')
  const before = await fetchOk(`${gateway}/api/users/me`, { token })
  const json = {
    role: 'admin',
    id: 1,
    created_at: '2001-01-01T00:00:00.000Z',
    verified: true,
    first_name: 'Eve',
  }
  const body = JSON.stringify({ ...json, constructor: { role: 'admin' } }).replace(
    '{',
    '{"__proto__":{"role":"admin"},',
  )
  await fetch(`${gateway}/api/users/me`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  })

  expect(await fetchOk(`${gateway}/api/users/me`, { token })).toEqual({
    ...(before as object),
    first_name: 'Eve',
  })
})

test('T25: nobody marks as read what they cannot see or what is not there, nor for another, nor backwards', async () => {
  await using stack = new AsyncDisposableStack()
  const { ben, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const other = await matchedPair(system.gateways)
  for (const content of ['one', 'two']) await adasSocket.ask(draft(conversation_id, content))
  const mark = (seq: number, more = {}) =>
    bensSocket.ask({ type: 'read_receipt', conversation_id, seq, ...more })

  expect(await mark(1, { conversation_id: other.conversation_id })).toMatchObject({
    code: 'conversation_not_found',
  })
  expect(await mark(2, { user_id: 1, timestamp: '2001-01-01T00:00:00.000Z' })).toMatchObject({ type: 'ack' })
  const future = await mark(900)
  const back = await mark(1)
  const { body } = await call(`${gateway}/api/conversations/${conversation_id}`, { token: ben.token })
  await bensSocket.ask(draft(conversation_id, 'behind all receipts'))
  await adasSocket.waitFor('chat_message', ({ seq }) => seq === 3)

  expect([future['type'], back['type']]).toEqual(['error', 'ack'])
  expect(body).toMatchObject({ read_seq: 2, unread_count: 0 })
  const receipts = adasSocket.of('read_receipt').filter(({ user_id }) => user_id === ben.id)
  expect(receipts).toMatchObject([{ seq: 2, conversation_id, user_id: ben.id }])
})

const injections = [
  `'; drop table message; --`,
  `" or "1"="1`,
  String.raw`\'; select pg_sleep(5); --`,
  `$1 \${7*7} %s {{7*7}}`,
  `$.** ? (@.role == "admin")`,
  `%' and 1=(select 1)/*`,
]
test('T28: texts that look like SQL are stored as they are, searched as they are, and change nothing', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, conversation_id, adasSocket } = await talkingPair(system.gateways, stack)
  for (const text of injections) await adasSocket.ask(draft(conversation_id, text))
  const url = `${gateway}/api/users`
  for (const text of injections) {
    const names = { first_name: text.slice(0, 60), last_name: text.slice(0, 60) }
    await fetchOk(`${url}/me`, { method: 'PATCH', token: ben.token, json: names })
    expect(await fetchOk(`${url}/${ben.id}`, { token: ada.token })).toMatchObject(names)
    for (const query of [`q=${encodeURIComponent(text)}`, `q=a&cursor=${encodeURIComponent(text)}`])
      expect((await call(`${url}?${query}`, { token: ada.token })).status).toBeLessThan(500)
    const login = { identifier: text, password: text.padEnd(8) }
    const tried = await call(`${gateway}/api/auth/login`, { method: 'POST', json: login })
    expect([400, 401]).toContain(tried.status)
  }

  const stored = await listMessages(gateway, ben, conversation_id)
  expect(stored.map(({ content }) => content)).toEqual(injections)
})

test('T30: ids of people and conversations cannot be counted: none follows from another', async () => {
  const people = await registerMany(system.gateways, 12)
  const uppers = people.map(({ id }) => Math.floor(id / 256)).toSorted((a, b) => a - b)
  const steps = uppers.slice(1).map((upper, i) => upper - (uppers[i] ?? 0))

  // Chance breaks this less than once in a million runs.
  expect(Math.min(...steps)).toBeGreaterThan(UPPER_LIMIT / 2 ** 20 / 1_000)
  expect((uppers.at(-1) ?? 0) - (uppers[0] ?? 0)).toBeGreaterThan(UPPER_LIMIT / 8)
  const [ada] = people as [(typeof people)[number]]
  for (const by of [-256, -1, 1, 256]) {
    const neighbour = await call(`${gateway}/api/users/${ada.id + by}`, { token: ada.token })
    expect(neighbour).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
  }
})
