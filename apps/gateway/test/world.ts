import {
  checkAuth,
  checkLane,
  checkMatching,
  checkMessaging,
  describeLanes,
  getMe,
  listContacts,
  listEndedSessions,
  listKeys,
  listStaff,
  redeemOutsideToken,
  sync,
  timestamp,
  type AnyRpc,
  type Card,
} from '@parley/protocol'
import { connectBus, createLog, createMetrics, handle, handleFrames } from '@parley/service-kit'
import type { Bus, Handler } from '@parley/service-kit'
import { startTestNats } from '@parley/testkit'
import { settings, type Config } from '../src/config.ts'
import { startGateway } from '../src/service.ts'
import { createIssuer, type Issuer } from './issuer.ts'
import { openSocket, type OpenOptions, type TestSocket } from './test-socket.ts'

export interface World extends AsyncDisposable {
  url: string
  port: number
  probePort: number
  natsUrl: string
  /** Speaks for the other services. */
  bus: Bus
  issuer: Issuer
  call(path: string, options?: RequestInit & { token?: string; json?: unknown }): Promise<Response>
  /** A figure of the gateway, by name and labels as they stand on its page; 0 when it is not there yet. */
  metric(name: string, labels?: string): Promise<number>
  connect(options?: Partial<OpenOptions>): Promise<TestSocket>
  /** A socket that has said hello and got its welcome and cursor. */
  live(userId: number, options?: Omit<OpenOptions, 'port'>): Promise<TestSocket>
}

export interface WorldOptions {
  config?: Partial<Config>
  /** A server that the test has started already. */
  nats?: string
  /** Answers that a test gives instead of the usual ones, and further ones. */
  handlers?: Handler[]
  lanes?: Handler[]
}

export const ada = 101 * 256 + 1
export const ben = 102 * 256 + 2

export const card = (id: number): Card => ({
  id,
  username: `user.${id}`,
  first_name: 'Ada',
  last_name: '',
  profile_picture: null,
})

/** A gateway between real sockets and a real bus; the services behind it are spoken for through the protocol. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const stack = new AsyncDisposableStack()
  const { config = {}, handlers = [], lanes = [] } = options
  const natsUrl = options.nats ?? stack.use(await startTestNats()).url
  const log = createLog({ service: 'others', instance: '', level: 'fatal' })
  const metrics = createMetrics('others')
  const bus = stack.use(await connectBus({ service: 'others', instance: '', url: natsUrl, log, metrics }))
  const issuer = await createIssuer()
  const given = new Set<AnyRpc>(handlers.map(({ rpc }) => rpc))
  const usual = usualHandlers(issuer).filter(({ rpc }) => !given.has(rpc))
  stack.use(await bus.serve([...usual, ...handlers]))
  stack.use(await bus.serveLane(0, [handle(checkLane, async () => ({})), ...lanes]))
  const defaults = settings.parse({ NATS_URL: natsUrl, PORT: 0, LOG_LEVEL: 'fatal', DRAIN_SECONDS: 0 })
  const { port, probePort } = stack.use(await startGateway({ ...defaults, ...config }))
  const url = `http://127.0.0.1:${port}`

  const connect: World['connect'] = (options = {}) => openSocket({ port, ...options })
  return {
    url,
    port,
    probePort,
    natsUrl,
    bus,
    issuer,
    call: (path, { token, json, ...init } = {}) => {
      const headers = new Headers(init.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      if (json !== undefined) headers.set('content-type', 'application/json')
      return fetch(url + path, {
        ...init,
        headers,
        ...(json !== undefined && { body: JSON.stringify(json) }),
      })
    },
    metric: async (name, labels = '') => {
      const page = await (await fetch(`http://127.0.0.1:${probePort}/metrics`)).text()
      const lines = page.split('\n').filter((line) => line.startsWith(name) && line.includes(labels))
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    connect,
    live: async (userId, options = {}) => {
      const socket = await connect({ token: options.token ?? (await issuer.token(userId)), ...options })
      socket.send({ type: 'hello' })
      await socket.next('caught_up')
      return socket
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function usualHandlers(issuer: Issuer): Handler[] {
  return [
    handle(listKeys, async () => ({ keys: issuer.keys() })),
    handle(listEndedSessions, async () => ({ items: [] })),
    handle(getMe, async (_, { caller }) => ({
      ...card(caller.user_id),
      email: null,
      phone: null,
      role: caller.role,
      created_at: timestamp(new Date()),
    })),
    handle(redeemOutsideToken, async (_, { fail }) => {
      throw fail('invalid_credentials')
    }),
    handle(listStaff, async () => ({ user_ids: [], has_more: false })),
    handle(listContacts, async () => ({ user_ids: [] })),
    handle(checkAuth, async () => ({ missing: [] })),
    handle(checkMatching, async () => ({ missing: [] })),
    handle(checkMessaging, async () => ({ missing: [] })),
    handle(describeLanes, async () => ({ lanes: 1, epoch: 'e1', sends_per_second: 5, burst: 60 })),
    handleFrames(sync, async ({ cursor }) => ({
      output: { cursor: cursor ?? 'c0', epoch: 'e1', continuation: null },
      frames: [],
    })),
  ]
}
