import { Registry } from '@prometheus-io/client'
import { expect, test } from 'vitest'
import { createMetrics, Gauge } from './metrics.ts'
import { serveProbes, type Check } from './probes.ts'

const serve = (checks: Record<string, Check> = {}, registry = new Registry()) =>
  serveProbes({ host: '127.0.0.1', port: 0, registry, checks })
async function get(port: number, path: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), text }
}

test('a service is alive while its event loop turns, and ready while all checks pass', async () => {
  const lacking: { keys?: string } = {}
  await using probes = await serve({ database: async () => undefined, keys: async () => lacking.keys })

  expect(await get(probes.port, '/livez')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
  expect(await get(probes.port, '/readyz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })

  lacking.keys = 'none yet'
  expect(await get(probes.port, '/livez')).toMatchObject({ status: 200 })
  expect(await get(probes.port, '/readyz')).toMatchObject({
    status: 503,
    text: '{"status":"unavailable","missing":["keys: none yet"]}',
  })
})

test('every check that fails is named, whatever it throws', async () => {
  const hasty: Check = () => {
    throw new Error('at once')
  }
  await using probes = await serve({
    database: () => Promise.reject(new Error('refused')),
    nats: async () => 'cut off',
    keys: hasty,
    text: () => Promise.reject('only a text'),
  })

  const { status, text } = await get(probes.port, '/readyz')

  expect(status).toBe(503)
  expect(JSON.parse(text)).toMatchObject({
    missing: ['database: refused', 'nats: cut off', 'keys: at once', 'text: only a text'],
  })
})

test('S1: metrics tell how long requests take, and how they end, by service, RPC and code', async () => {
  const metrics = createMetrics('auth')
  metrics.observeRpc('auth.log_in', 'ok', 0.003)
  metrics.observeRpc('auth.log_in', 'ok', 0.3)
  await using probes = await serve({}, metrics.registry)

  const { status, type, text } = await get(probes.port, '/metrics')

  expect(status).toBe(200)
  expect(type).toMatch(/^text\/plain/)
  const lines = text
    .split('\n')
    .filter((line) => /^(parley_rpc_seconds_count|process_cpu_seconds_total)/.test(line))
  expect(lines).toEqual([
    expect.stringMatching(/^process_cpu_seconds_total{service="auth"} /),
    'parley_rpc_seconds_count{service="auth",rpc="auth.log_in",code="ok"} 2',
  ])
})

test('what becomes of events is counted from nought, so that the first that is given up is an increase', async () => {
  const linesOf = async (service: string) => {
    const text = await createMetrics(service).registry.metrics()
    return text.split('\n').filter((line) => line.startsWith('parley_events_total{'))
  }

  expect(await linesOf('messaging')).toEqual(
    ['auth', 'matching'].flatMap((from) =>
      ['done', 'retried', 'given_up'].map(
        (result) => `parley_events_total{from="${from}",result="${result}",service="messaging"} 0`,
      ),
    ),
  )
  expect(await linesOf('gateway')).toEqual([])
})

test('a figure that cannot be read fails its request, not the service', async () => {
  const registry = new Registry()
  new Gauge({
    name: 'broken',
    help: 'throws when it is read',
    registers: [registry],
    collect: () => {
      throw new Error('cannot be read')
    },
  })
  await using probes = await serve({}, registry)

  expect(await get(probes.port, '/metrics')).toMatchObject({ status: 500 })
  expect(await get(probes.port, '/livez')).toMatchObject({ status: 200 })
})

test('another path is not found', async () => {
  await using probes = await serve()

  expect(await get(probes.port, '/')).toMatchObject({ status: 404 })
})

test('a port that is taken fails the start', async () => {
  await using probes = await serve()

  const second = serveProbes({ host: '127.0.0.1', port: probes.port, registry: new Registry(), checks: {} })

  await expect(second).rejects.toThrow('EADDRINUSE')
})
