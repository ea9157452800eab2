import { fileURLToPath } from 'node:url'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboardFiles } from '../scripts/infra/dashboards.ts'
import { foreignMetrics } from '../scripts/infra/foreign-metrics.ts'
import { metricsIn, readRuleGroups } from '../scripts/infra/prometheus.ts'
import { cursorOf, openSession } from './client/socket.ts'
import { declaredNames, readSamples, scrape, scrapePages, sumOf } from './client/figures.ts'
import { draft, talkingPair } from './client/pairs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let system: System
beforeAll(async () => {
  system = await startSystem({ gateways: 2, env: { DRAIN_SECONDS: '0', LANES: '4' } })
})
afterAll(() => system[Symbol.asyncDispose]())

test('S1: two people meet and talk, and the figures of the processes say so', async () => {
  const before = await scrape(system)
  await using stack = new AsyncDisposableStack()
  const { ada, adasSocket, bensSocket, conversation_id } = await talkingPair(system.gateways, stack)
  for (const content of ['hi', 'there']) await adasSocket.ask(draft(conversation_id, content))
  await bensSocket.waitFor(
    'chat_message',
    ({ message }) => (message as { content: string }).content === 'there',
  )
  const error = await adasSocket.ask({ type: 'no_such_frame' })
  await using _again = await openSession(system.gateways[0] as string, ada.token, cursorOf(adasSocket))

  expect(error).toMatchObject({ type: 'error', code: 'invalid' })
  const grown = async () => {
    const after = await scrape(system)
    return (name: string, labels: Record<string, string> = {}) =>
      sumOf(after, name, labels) - sumOf(before, name, labels)
  }
  await eventually(async () => {
    const by = await grown()
    expect({
      registrations: by('auth_registrations_total'),
      likes: by('parley_likes_total'),
      matches: by('parley_matches_total'),
      conversations: by('parley_conversations_opened_total', { kind: 'direct' }),
      messages: by('parley_messages_total'),
      first: by('parley_first_messages_total'),
      sends: by('parley_commands_total', { type: 'chat_message', outcome: 'done' }),
      unknown: by('parley_commands_total', { type: 'unknown', outcome: 'refused' }),
      failed: by('parley_commands_total', { outcome: 'failed' }),
      people: by('parley_people'),
      present: by('parley_presence_people'),
      opened: by('parley_upgrades_total', { result: 'opened' }),
      sessions: by('parley_sessions_total', { result: 'new' }),
      resumed: by('parley_sessions_total', { result: 'resumed' }),
    }).toEqual({
      ...{ registrations: 2, likes: 2, matches: 1, conversations: 1, messages: 2, first: 1 },
      ...{ sends: 2, unknown: 1, failed: 0, people: 2, present: 2, opened: 3, sessions: 2, resumed: 1 },
    })
    expect(by('parley_frames_out_total', { class: 'durable' })).toBeGreaterThanOrEqual(4)
  })
  // A lane times one batch in a tenth of a second at most, and that may have been what opened the conversation.
  await eventually(async () => {
    await adasSocket.ask(draft(conversation_id, 'again'))
    expect((await grown())('parley_delivery_seconds_count')).toBeGreaterThan(0)
  })
  const now = await scrape(system)
  const at = (name: string, labels: Record<string, string> = {}) => sumOf(now, name, labels)
  expect([at('parley_lanes'), at('parley_lanes_owned')]).toEqual([4, 4])
  await eventually(async () => {
    const settled = await scrape(system)
    expect(sumOf(settled, 'parley_outbox_pending')).toBe(0)
    expect(sumOf(settled, 'parley_outbox_lag_seconds')).toBe(0)
  })
  for (const service of ['auth', 'matching', 'messaging'])
    expect(at('parley_db_connections', { service })).toBeGreaterThan(0)
  for (const service of ['auth', 'matching', 'messaging', 'gateway'])
    expect(at('parley_nats_connected', { service })).toBeGreaterThan(0)
})

test('every metric that alerts and dashboards read is one that a running system has, with the labels they go by', async () => {
  const rules = readRuleGroups(root).flatMap((group) => group.rules)
  const queries = [
    ...rules.map(({ expr }) => expr),
    ...Object.values(dashboardFiles()).flatMap((json) =>
      [...json.matchAll(/"expr": (".*")/g)].map(([, text = '']) => JSON.parse(text) as string),
    ),
  ]
  const pages = await scrapePages(system)
  const known = new Set([
    ...pages.flatMap(declaredNames),
    ...rules.flatMap(({ record }) => record ?? []),
    ...Object.values(foreignMetrics).flat(),
  ])
  expect(queries.length).toBeGreaterThan(100)
  expect(queries.flatMap(metricsIn).filter((name) => !known.has(name))).toEqual([])

  const samples = pages.flatMap(readSamples)
  const labelsOf = (metric: string) =>
    new Set(samples.filter(({ name }) => name === metric).flatMap(({ labels }) => Object.keys(labels)))
  const asked = queries.flatMap((query) => [...query.matchAll(/(\w+)\{([^}]*)\}/g)])
  const wrong = asked.flatMap(([, metric = '', matchers = '']) => {
    const labels = labelsOf(metric)
    const wanted = [...matchers.matchAll(/(\w+)(?:=|!=|=~|!~)"/g)].map(([, label = '']) => label)
    return wanted.filter((label) => labels.size > 0 && label !== 'namespace' && !labels.has(label))
  })
  expect(wrong).toEqual([])
})
