import { randomUUID } from 'node:crypto'
import { startSystem, type System } from '@parley/local-stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { call } from './client/http.ts'
import { matchedPair } from './client/pairs.ts'
import { register } from './client/people.ts'

/** What a limit may be overshot by, of what one gateway would let through. */
const TOLERATED = 1.05
/** Of the default limits of a person, so that 900 requests are far too many. */
const PERSON_FACTOR = 0.2
/** What a person may read by default. */
const READS = { burst: 2_000, perSecond: 200 }

let system: System

beforeAll(async () => {
  system = await startSystem({
    gateways: 3,
    env: { PERSON_LIMIT_FACTOR: String(PERSON_FACTOR), DRAIN_SECONDS: '0' },
  })
})
afterAll(() => system[Symbol.asyncDispose]())

const gatewayOf = (index: number): string => system.gateways[index % 3] ?? ''

/** How many of requests at once, by turns at the gateways, were let through, and within what time. */
async function flood(count: number, ask: (index: number) => Promise<{ status: number }>) {
  const at = performance.now()
  const statuses = await Promise.all(Array.from({ length: count }, async (_, i) => (await ask(i)).status))
  const passed = statuses.filter((status) => status < 300).length
  expect(statuses.filter((status) => status === 429)).toHaveLength(count - passed)
  return { passed, seconds: (performance.now() - at) / 1_000 }
}

test('T51: reads at three gateways at once are let through as by one', async () => {
  const { token } = await register(gatewayOf(0), 'ada')
  const { passed, seconds } = await flood(900, (i) => call(`${gatewayOf(i)}/api/users/me`, { token }))

  expect(passed).toBeLessThanOrEqual((READS.burst + READS.perSecond * seconds) * PERSON_FACTOR * TOLERATED)
  expect(passed).toBeGreaterThanOrEqual(READS.burst * PERSON_FACTOR)
})

test('T38, T51: sends at three gateways at once are let through as by one', async () => {
  const { ada, conversation_id } = await matchedPair(system.gateways)
  const { passed, seconds } = await flood(200, (i) =>
    call(`${gatewayOf(i)}/api/conversations/${conversation_id}/messages`, {
      method: 'POST',
      token: ada.token,
      json: { content: `message ${i}`, client_id: randomUUID() },
    }),
  )

  expect(passed).toBeLessThanOrEqual((60 + 5 * seconds) * TOLERATED)
  expect(passed).toBeGreaterThanOrEqual(60)
})

test('T43, T51: an address opens as many sockets at three gateways at once as at one', async () => {
  const sockets = Array.from(
    { length: 90 },
    (_, i) => new WebSocket(`${gatewayOf(i).replace('http', 'ws')}/ws`),
  )
  const codes = await Promise.all(
    sockets.map((ws) => new Promise((resolve) => ws.on('close', resolve).on('error', () => undefined))),
  )
  // Who was let in says nothing, and is closed as a stranger after five seconds.
  const letIn = codes.filter((code) => code === 4401)

  expect(letIn.length).toBeLessThanOrEqual(20 * TOLERATED)
  expect(letIn.length).toBeGreaterThanOrEqual(20)
})
