import { randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCollector, type Collector, type Span } from './client/otlp.ts'
import { draft, talkingPair } from './client/pairs.ts'
import { like, register } from './client/people.ts'

let system: System
let collector: Collector
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  collector = stack.use(await startCollector())
  system = stack.use(
    await startSystem({
      gateways: 2,
      env: {
        ...{ DRAIN_SECONDS: '0', LANES: '4', ACTIVITY_LOG: 'on', LOG_LEVEL: 'debug' },
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '1' },
      },
    }),
  )
})
afterAll(() => stack.disposeAsync())

const logs = (): string =>
  readdirSync(join(system.dataDir, 'logs'))
    .map((file) => readFileSync(join(system.dataDir, 'logs', file), 'utf8'))
    .join('\n')

/** A trace as its spans stand in one another: `service name` and, below it, what belongs to it. */
function treeOf(spans: readonly Span[], parentSpanId = ''): unknown[] {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .map((span) => [`${span.service} ${span.name}`, ...treeOf(spans, span.spanId).toSorted()])
}

test('one trace leads from the frame of a sender over messaging to the frames of both gateways', async () => {
  await using sockets = new AsyncDisposableStack()
  const { adasSocket, conversation_id } = await talkingPair(system.gateways, sockets)
  await adasSocket.ask(draft(conversation_id, 'hello'))
  const isRoot = ({ name }: Span) => name === 'frame chat_message'

  await eventually(
    () => {
      const spans = collector.spans()
      const traces = new Set(spans.filter(isRoot).map(({ traceId }) => traceId))
      expect(traces.size).toBe(1)
      expect(treeOf(spans.filter(({ traceId }) => traces.has(traceId)))).toEqual([
        [
          'gateway frame chat_message',
          ['messaging messaging.send_message', ['messaging lane', ['gateway deliver'], ['gateway deliver']]],
        ],
      ])
    },
    { timeoutMs: 15_000 },
  )
})

test.each([
  ['message_edit', 'messaging.edit_message', { content: 'other words' }],
  ['message_reaction', 'messaging.react', { emoji: '👍' }],
  ['message_delete', 'messaging.delete_message', {}],
])('so does that of a change: %s', async (type, rpc, fields) => {
  await using sockets = new AsyncDisposableStack()
  const { adasSocket, conversation_id } = await talkingPair(system.gateways, sockets)
  const { message_id } = await adasSocket.ask(draft(conversation_id, 'hello'))
  expect(await adasSocket.ask({ type, message_id, ...fields })).toMatchObject({ type: 'ack' })

  await eventually(
    () => {
      const spans = collector.spans()
      const [root] = spans.filter(({ name }) => name === `frame ${type}`)
      expect(treeOf(spans.filter(({ traceId }) => traceId === root?.traceId))).toEqual([
        [
          `gateway frame ${type}`,
          [`messaging ${rpc}`, ['messaging lane', ['gateway deliver'], ['gateway deliver']]],
        ],
      ])
    },
    { timeoutMs: 15_000 },
  )
})

test('a request goes on with the trace of its client, in every service that it leads to', async () => {
  const gateway = system.gateways[0] as string
  const [ada, ben] = [await register(gateway), await register(gateway)]
  await like(gateway, ada, ben)
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  const response = await fetch(`${gateway}/api/matching/like`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ben.token}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${spanId}-00`,
    },
    body: JSON.stringify({ user_id: ada.id }),
  })
  expect(response.status).toBe(200)

  await eventually(
    () => {
      const spans = collector.spans().filter((span) => span.traceId === traceId)
      expect(treeOf(spans, spanId)).toEqual([
        [
          'gateway POST /api/matching/like',
          expect.arrayContaining([
            'matching matching.like',
            expect.arrayContaining(['messaging messaging.open_match_conversation']),
          ]),
        ],
      ])
    },
    { timeoutMs: 15_000 },
  )
})

test('the trace id that a client gets of a refusal is that of its trace', async () => {
  await using sockets = new AsyncDisposableStack()
  const { adasSocket } = await talkingPair(system.gateways, sockets)
  const refused = await adasSocket.ask(draft(7, 'to nobody'))

  expect(refused.type).toBe('error')
  await eventually(
    () => expect(collector.spans().map(({ traceId }) => traceId)).toContain(refused['trace_id']),
    { timeoutMs: 15_000 },
  )
})

test('neither traces nor the activity log hold what people write, their names or what they show', async () => {
  const canary = `canary-${randomUUID()}`
  await using sockets = new AsyncDisposableStack()
  const { ada, ben, adasSocket, bensSocket, conversation_id } = await talkingPair(system.gateways, sockets)
  const sends = () => collector.spans().filter(({ name }) => name === 'messaging.send_message').length
  const before = sends()
  const ack = await adasSocket.ask(draft(conversation_id, canary))
  await bensSocket.waitFor('chat_message')
  const { message_id } = ack as unknown as { message_id: number }
  const refused = await bensSocket.ask({ type: canary })
  await fetch(`${system.gateways[0]}/${canary}?token=${ada.token}`)

  const activity = () =>
    logs()
      .split('\n')
      .filter((line) => line.includes('"stream":"activity"'))
  await eventually(() => {
    const lines = activity().map((line) => JSON.parse(line) as Record<string, unknown>)
    const of = (action: string) => lines.filter((line) => line['action'] === action)
    expect(of('messaging.send_message')).toContainEqual(
      expect.objectContaining({ service: 'messaging', actor_id: ada.id, conversation_id, message_id }),
    )
    expect(of('auth.register')).toContainEqual(expect.objectContaining({ service: 'auth', user_id: ada.id }))
    expect(of('matching.like')).toContainEqual(
      expect.objectContaining({
        actor_id: ben.id,
        user_id: ada.id,
        status: 'matched',
        match_id: expect.any(Number),
      }),
    )
    expect(lines.filter(({ action }) => /get_|list_/.test(String(action)))).toEqual([])
  })
  await eventually(
    () => {
      expect(sends()).toBeGreaterThan(before)
      expect(collector.spans().map(({ traceId }) => traceId)).toContain(refused['trace_id'])
    },
    { timeoutMs: 15_000 },
  )
  const secrets = [canary, ada.token, ada.refreshToken, ada.username, ada.password, ben.token, ben.username]
  for (const secret of secrets) {
    expect(collector.bodies.join('\n')).not.toContain(secret)
    expect(activity().join('\n')).not.toContain(secret)
  }
})
