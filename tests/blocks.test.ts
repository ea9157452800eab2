import type { Block, Candidate, Card, Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk, type Answer, type CallOptions, type Problem } from './client/http.ts'
import { draft, matchedPair } from './client/pairs.ts'
import { listMatches, register, sendOverHttp, type Person } from './client/people.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

const NOBODY = 4_711
const block = ({ token }: Person, id: unknown, method: 'POST' | 'DELETE' = 'POST') =>
  call<Problem>(`${here}/api/users/${String(id)}/block`, { method, token })

/** An answer but for the trace, which no two have in common. */
async function answerOf(path: string, options: CallOptions): Promise<Answer<object>> {
  const { status, body } = await call<{ trace_id?: string }>(`${there}${path}`, options)
  const { trace_id: _, ...rest } = body
  return { status, body: rest }
}

const look = ({ token }: Person, id: number) => answerOf(`/api/users/${id}`, { token })
const choose = ({ token }: Person, choice: 'like' | 'pass', user_id: number) =>
  answerOf(`/api/matching/${choice}`, { method: 'POST', token, json: { user_id } })
const idsOf = async ({ token }: Person, path: string): Promise<number[]> => {
  const { items } = await fetchOk<{ items: (Candidate | Card)[] }>(`${there}${path}`, { token })
  return items.map((item) => ('user' in item ? item.user.id : item.id))
}

test('T78: a block hides two people from each other at every gateway, ends their match, and leaves what was said', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const { id: message_id } = await sendOverHttp(there, ben, draft(conversation_id, 'rude'))

  expect(await block(ada, ben.id)).toEqual({ status: 204, body: {} })
  expect(await block(ada, ben.id)).toMatchObject({ status: 204 })

  for (const [one, other] of [
    [ada, ben],
    [ben, ada],
  ] as const) {
    const nobody = await look(one, NOBODY)
    expect(nobody).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
    expect(await choose(one, 'like', other.id)).toEqual(await choose(one, 'like', NOBODY))
    expect(await choose(one, 'pass', other.id)).toEqual(await choose(one, 'pass', NOBODY))
    expect(await idsOf(one, '/api/matching/candidates?limit=200')).not.toContain(other.id)
    expect(await listMatches(there, one)).toEqual([])
    await eventually(async () => expect(await look(one, other.id)).toEqual(nobody))
    expect(await idsOf(one, `/api/users?q=${other.username}`)).toEqual([])
    const { token } = one
    const { items } = await fetchOk<{ items: Message[] }>(
      `${there}/api/conversations/${conversation_id}/messages`,
      { token },
    )
    expect(items.map(({ id }) => id)).toContain(message_id)
    await eventually(async () =>
      expect(
        await answerOf(`/api/conversations/${conversation_id}/messages`, {
          ...{ method: 'POST', token, json: { content: 'hello?' } },
        }),
      ).toMatchObject({ status: 403, body: { code: 'forbidden' } }),
    )
  }
  const json = { user_id: ben.id, reason: 'harassment', message_id }
  const report = { method: 'POST', token: ada.token, json } as const
  expect(await answerOf('/api/reports', report)).toMatchObject({
    ...{ status: 201, body: { id: expect.any(Number) } },
  })
})

test('an unblock lets two people meet again, as strangers', async () => {
  const { ada, ben } = await matchedPair(system.gateways)
  await block(ada, ben.id)
  const listed = await fetchOk<{ items: Block[] }>(`${there}/api/matching/blocks`, { token: ada.token })
  await eventually(async () => expect(await look(ben, ada.id)).toMatchObject({ status: 404 }))

  expect(listed).toMatchObject({ items: [{ user: { id: ben.id, username: ben.username } }] })
  expect(await block(ada, ben.id, 'DELETE')).toEqual({ status: 204, body: {} })

  await eventually(async () => expect(await look(ben, ada.id)).toMatchObject({ status: 200 }))
  expect(await listMatches(there, ada)).toEqual([])
  expect(await choose(ben, 'like', ada.id)).toEqual({ status: 200, body: { status: 'liked' } })
  expect(await choose(ada, 'like', ben.id)).toMatchObject({ status: 200, body: { status: 'matched' } })
})

test('oneself cannot be blocked, nor can nobody', async () => {
  const ada = await register(here, 'ada')

  const own = await block(ada, ada.id)
  expect(own).toMatchObject({ status: 400, body: { code: 'invalid' } })
  expect(own.body.errors).toMatchObject([{ path: 'user_id' }])
  for (const id of [NOBODY, 'me', 0]) {
    expect(await block(ada, id)).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
  }
})
