import type { Conversation, Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk, type Problem } from './client/http.ts'
import { draft, matchedPair } from './client/pairs.ts'
import { register, sendOverHttp, type Person } from './client/people.ts'
import { cursorOf, openSession, type Frame } from './client/socket.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const ask = <T>(method: Method, path: string, { token }: Person, json?: object) =>
  call<T>(`${here}${path}`, { method, token, ...(json && { json }) })
const shows = (part: object) => (frame: Frame) =>
  Object.entries(part).every(
    ([name, value]) =>
      JSON.stringify((frame['conversation'] as Record<string, unknown>)[name]) === JSON.stringify(value),
  )

test("a person's devices agree on what a conversation is to them, at every gateway and after being away", async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const path = `/api/conversations/${conversation_id}`
  await sendOverHttp(there, ben, draft(conversation_id, 'hello'))
  await ask('POST', `${path}/read`, ada, { seq: 1 })
  await using device = await openSession(there, ada.token)
  await using other = await openSession(there, ben.token)
  const cursor = cursorOf(device)

  const unread = await ask('POST', `${path}/unread`, ada)
  expect(unread).toEqual({ status: 200, body: { conversation_id, read_seq: 1, unread_count: 1 } })
  await device.waitFor('conversation_update', shows({ unread_count: 1 }))
  expect(await ask('PUT', `${path}/draft`, ada, { content: 'dear' })).toMatchObject({ status: 200 })
  await device.waitFor('conversation_update', (frame) => {
    const { draft: begun } = frame['conversation'] as Conversation
    return begun?.content === 'dear'
  })
  const muted_until = '2999-01-01T00:00:00.000Z'
  const own = { muted_until, is_archived: true, is_pinned: true }
  expect(await ask('PATCH', path, ada, own)).toMatchObject({ status: 200, body: own })
  await device.waitFor('conversation_update', shows(own))

  await using back = await openSession(there, ada.token, cursor)
  const replayed = { ...own, unread_count: 1, draft: { content: 'dear' } }
  expect(back.of('conversation_update')).toMatchObject([{ conversation: replayed }])
  const archived = await fetchOk<{ items: Conversation[] }>(`${there}/api/conversations?archived=true`, ada)
  const others = await fetchOk<{ items: Conversation[] }>(`${there}/api/conversations?archived=false`, ada)
  expect([archived, others].map(({ items }) => items.map(({ id }) => id))).toEqual([[conversation_id], []])
  expect(await ask('POST', `${path}/recount`, ada)).toMatchObject({ body: { unread_count: 1, was: 1 } })
  // The pair's conversation has told the other nothing of all that.
  expect(other.frames.filter(({ type }) => type === 'conversation_update')).toEqual([])
})

test('a message is pinned, saved and passed on over HTTP, and the others see what is theirs to see', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const cleo = await register(there, 'cleo')
  const { id } = await sendOverHttp(there, ben, draft(conversation_id, 'hello'))
  await using device = await openSession(there, ben.token)

  expect(await ask('PUT', `/api/messages/${id}/pin`, ada)).toMatchObject({ status: 200 })
  await device.waitFor('conversation_update', shows({ pinned_message_ids: [id] }))
  const pins = await ask('GET', `/api/conversations/${conversation_id}/pins`, ben)
  expect(pins).toMatchObject({ status: 200, body: { items: [{ id, content: 'hello' }] } })
  expect(await ask('DELETE', `/api/messages/${id}/pin`, ben)).toEqual({ status: 204, body: {} })
  await device.waitFor('conversation_update', shows({ pinned_message_ids: [] }))

  expect(await ask('PUT', `/api/messages/${id}/save`, ada)).toEqual({ status: 204, body: {} })
  expect(await ask('GET', '/api/saved?limit=1', ada)).toMatchObject({
    ...{ status: 200, body: { items: [{ id }], next_cursor: null } },
  })
  expect(await ask('DELETE', `/api/messages/${id}/save`, ada)).toEqual({ status: 204, body: {} })

  const to = { receiver_id: cleo.id, client_id: crypto.randomUUID() }
  const first = await ask<Message>('POST', `/api/messages/${id}/forward`, ada, to)
  expect(first).toMatchObject({ status: 201, body: { content: 'hello', forwarded_from: ben.id } })
  const again = await ask<Message>('POST', `/api/messages/${id}/forward`, ada, to)
  expect(again).toEqual({ status: 200, body: first.body })

  await ask('POST', `/api/conversations/${conversation_id}/read`, ada, { message_id: id })
  const readers = await ask('GET', `/api/messages/${id}/readers`, ben)
  expect(readers).toMatchObject({
    body: { items: [{ user: { id: ada.id }, read_seq: 1 }], next_cursor: null },
  })
})

test('T23, S0: a message over HTTP is 201, or 400 that names the fields, and its sender is the caller', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const post = (json: object) =>
    ask<Message & Problem>('POST', `/api/conversations/${conversation_id}/messages`, ada, json)
  const forged = { sender: { id: ben.id }, sender_id: ben.id, seq: 9, created_at: '2000-01-01T00:00:00.000Z' }

  const made = await post({ content: 'mine', ...forged })
  const refused = await post({ content: 7 })

  expect(made).toMatchObject({ status: 201, body: { content: 'mine', seq: 1, sender: { id: ada.id } } })
  expect(made.body.created_at).not.toMatch(/^2000/)
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid', errors: [{ path: 'content' }] } })
})
