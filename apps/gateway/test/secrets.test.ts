import { expect, test } from 'vitest'
import { startOwnGateway } from './own-process.ts'
import { openSocket } from './test-socket.ts'
import { ada, startWorld } from './world.ts'

test('T01, T04: no credential reaches the log or the metrics, whatever way it comes; SIGTERM ends the process well', async () => {
  await using world = await startWorld()
  const canary = await world.issuer.token(ada)
  await using gateway = await startOwnGateway(world, { LOG_LEVEL: 'trace', DRAIN_SECONDS: '5' })
  const { port } = gateway
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
  await using legacy = await openSocket({ port, path: `/school/ws/chat/?token=${canary}&since=${canary}` })
  legacy.send({ message: canary })
  await legacy.next('error')
  await using unknown = await openSocket({ port, path: `/ws/chat/7/?token=${canary}` })
  await unknown.closed
  await expect(openSocket({ port, path: `/ws/nothing/?token=${canary}` })).rejects.toThrow('404')
  await using socket = await openSocket({ port, protocols: ['parley.v1', `bearer.${canary}`] })
  socket.send({ type: 'authenticate', token: `${canary}x` })
  await socket.closed
  await using live = await openSocket({ port, token: canary })
  live.send({ type: 'hello' })
  await live.next('caught_up')
  const metrics = await gateway.metrics()
  const ended = gateway.stop()
  await live.next('goaway')
  live.ws.close()
  const code = await ended
  const log = gateway.log()

  expect(code).toBe(0)
  expect(log).toMatch(/"msg":"request"/)
  expect(log).not.toContain(canary.slice(0, 40))
  expect(log).not.toContain(canary.split('.')[1])
  expect(metrics).toContain('parley_http_seconds')
  expect(metrics).not.toContain(canary.split('.')[1])
}, 40_000)
