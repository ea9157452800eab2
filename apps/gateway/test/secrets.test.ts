import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { openSocket } from './test-socket.ts'
import { ada, startWorld } from './world.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('T01: no credential reaches the log or the metrics, whatever way it comes; SIGTERM ends the process well', async () => {
  await using world = await startWorld()
  const canary = await world.issuer.token(ada)
  const gateway = spawn(process.execPath, ['--conditions=@parley/source', main], {
    env: { ...process.env, NATS_URL: world.natsUrl, PORT: '0', LOG_LEVEL: 'trace', DRAIN_SECONDS: '5' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [gateway.stdout, gateway.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const { port, probePort } = await eventually(() => portsOf(log), { timeoutMs: 15_000 })
  const url = `http://127.0.0.1:${port}`

  await fetch(`${url}/api/users/me?token=${canary}`)
  await fetch(`${url}/api/nothing/${canary}?access_token=${canary}`)
  await fetch(`${url}/api/users/${canary}`, { headers: { authorization: `Bearer ${canary}` } })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } }
  await fetch(`${url}/api/auth/login`, {
    ...init,
    body: JSON.stringify({ identifier: 'a', password: canary }),
  })
  await fetch(`${url}/api/auth/login`, { ...init, body: `{"password":"${canary}"` })
  await using refused = await openSocket({ port, path: `/ws?token=${canary}` })
  await refused.closed
  await using socket = await openSocket({ port, protocols: ['parley.v1', `bearer.${canary}`] })
  socket.send({ type: 'authenticate', token: `${canary}x` })
  await socket.closed
  await using live = await openSocket({ port, token: canary })
  live.send({ type: 'hello' })
  await live.next('caught_up')
  const metrics = await (await fetch(`http://127.0.0.1:${probePort}/metrics`)).text()
  const ended = once(gateway, 'exit')
  gateway.kill('SIGTERM')
  await live.next('goaway')
  live.ws.close()
  const [code] = (await ended) as [number]

  expect(code).toBe(0)
  expect(log).toMatch(/"msg":"request"/)
  expect(log).not.toContain(canary.slice(0, 40))
  expect(log).not.toContain(canary.split('.')[1])
  expect(metrics).toContain('parley_http_seconds')
  expect(metrics).not.toContain(canary.split('.')[1])
}, 40_000)

function portsOf(log: string): { port: number; probePort: number } {
  const line = log.split('\n').find((text) => text.includes('"msg":"gateway is open"'))
  if (line === undefined) throw new Error(`not open yet: ${log}`)
  const { port, probe_port: probePort } = JSON.parse(line) as { port: number; probe_port: number }
  return { port, probePort }
}
