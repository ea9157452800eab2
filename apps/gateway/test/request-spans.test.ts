import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { createLog, type TraceSpan, type Tracing } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createServer } from '../src/http/server.ts'
import { serveSockets } from '../src/socket/server.ts'

type Outcome = Parameters<TraceSpan['end']>[0]

let begun: number
let ended: Outcome[]
let port: number
/** The route `/never` was asked. */
let asked: PromiseWithResolvers<void>
let stop: () => Promise<void>

const begin = (): TraceSpan => {
  begun++
  return { traceId: 'f'.repeat(32), traceparent: undefined, end: (outcome) => void ended.push(outcome) }
}
const tracing: Tracing = {
  begin,
  goOn: begin,
  beginWithin: () => undefined,
  traceparentOf: () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
}

beforeAll(async () => {
  const mayUpgrade = ({ url }: { url?: string | undefined }): boolean => url === '/ws'
  const app = await createServer({
    log: createLog({ service: 'gateway', instance: '', level: 'fatal' }),
    origins: { accepts: () => true },
    addressOf: () => '127.0.0.1',
    mayUpgrade,
    mostConnections: 100,
    observe: () => undefined,
    tracing,
  })
  app.get('/answered', async () => 'yes')
  app.get('/never', () => {
    asked.resolve()
    return new Promise(() => undefined)
  })
  await serveSockets(app, { mayUpgrade, refusalOf: () => undefined }, { opened: () => undefined })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
  stop = () => app.close()
})
afterAll(() => stop())
beforeEach(() => {
  ;[begun, ended, asked] = [0, [], Promise.withResolvers<void>()]
})

const ask = (path: string): Socket =>
  connect(port, '127.0.0.1').end(`GET ${path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n`)

test.for([
  ['/answered', 'GET /answered', 200],
  ['/nowhere', 'GET none', 404],
  ['/%zz', 'GET none', 400],
] as const)('the span of %s ends with its answer', async ([path, name, status]) => {
  ask(path).resume()
  await eventually(() => expect(ended).toHaveLength(1))

  expect(begun).toBe(1)
  expect(ended).toEqual([{ name, attributes: { 'http.response.status_code': status }, isFailed: false }])
})

test('the span of a request that its client gives up ends, and tells of no answer', async () => {
  const client = connect(port, '127.0.0.1')
  client.write('GET /never HTTP/1.1\r\nhost: here\r\n\r\n')
  await asked.promise
  client.destroy()
  await eventually(() => expect(ended).toHaveLength(1))

  expect(ended).toEqual([{ name: 'GET /never', attributes: {}, isFailed: false }])
})

test('a socket is no request that takes as long as it is open: it has no span', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
  await once(socket, 'open')
  socket.terminate()
  await once(socket, 'close')

  expect([begun, ended]).toEqual([0, []])
})
