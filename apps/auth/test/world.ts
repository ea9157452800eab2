import {
  register,
  subjects,
  type AnyErrorCode,
  type Caller,
  type Event,
  type Params,
  type Payload,
  type Tokens,
} from '@parley/protocol'
import { connectBus, createLog, createMetrics, type Bus, type Client } from '@parley/service-kit'
import { createTestDatabase, startTestNats } from '@parley/testkit'
import { decodeJwt } from 'jose'
import { Client as PostgresClient } from 'pg'
import type { Config } from '../src/config.ts'
import { startAuth, type Auth } from '../src/service.ts'

export const PASSWORD = 'correct horse battery'

/** The service with servers of its own, and a caller that stands where the gateway does. */
export interface World extends AsyncDisposable {
  bus: Bus
  auth: Auth
  clock: Clock
  config: Config
  query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
  /** Registers somebody; the fields given replace the usual ones. */
  person: (fields?: Partial<Params<typeof register>>) => Promise<Person>
  /** What was broadcast of an event since now. */
  hear: <E extends Event>(event: E) => Payload<E>[]
  /** Another process of the service, on the same servers. */
  startReplica: () => Promise<Auth>
}

export interface Person extends Tokens {
  username: string
  caller: Caller
}

/** A time that moves only when told to. */
export interface Clock {
  now: () => Date
  advance: (seconds: number) => void
}

function createClock(): Clock {
  let time = Date.parse('2026-03-01T12:00:00.000Z')
  return { now: () => new Date(time), advance: (seconds) => void (time += seconds * 1_000) }
}

export async function startWorld(settings: Partial<Config> = {}): Promise<World> {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase())
  const nats = stack.use(await startTestNats())
  const clock = createClock()
  const config: Config = { ...defaults, NATS_URL: nats.url, DATABASE_URL: database.url, ...settings }
  const auth = stack.use(await startAuth(config, clock.now))
  const bus = stack.use(
    await connectBus({
      service: 'gateway',
      instance: 'test',
      url: nats.url,
      log: createLog({ service: 'gateway', instance: 'test', level: 'silent' }),
      metrics: createMetrics('gateway'),
    }),
  )
  const postgres = new PostgresClient({ connectionString: database.url, options: '-c search_path=auth' })
  await postgres.connect()
  stack.defer(() => postgres.end())
  let people = 0

  return {
    bus,
    auth,
    clock,
    config,
    query: async (sql, values) => (await postgres.query<Record<string, unknown>>(sql, values)).rows,
    person: async (fields = {}) => {
      const username = `person-${++people}`
      const tokens = await bus.call(register, { username, password: PASSWORD, ...fields }, { client: here })
      return { ...tokens, username: tokens.user.username, caller: callerOf(tokens) }
    },
    hear: (event) => {
      const heard: unknown[] = []
      bus.nats.subscribe(subjects.broadcast(event.name), {
        callback: (_, msg) => void heard.push(event.payload.parse(msg.json())),
      })
      return heard as Payload<typeof event>[]
    },
    startReplica: async () => stack.use(await startAuth(config, clock.now)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const defaults: Omit<Config, 'DATABASE_URL' | 'NATS_URL'> = {
  INSTANCE: 'test',
  NATS_NKEY_FILE: '',
  NATS_CA_FILE: '',
  STREAM_REPLICAS: 1,
  PROBE_PORT: 0,
  PROBE_HOST: '127.0.0.1',
  LOG_LEVEL: 'silent',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  OTEL_TRACES_SAMPLER_ARG: 0,
  ACTIVITY_LOG: 'off',
  DATABASE_POOL: 10,
  MIGRATE_AT_START: true,
  ACCESS_TOKEN_TTL: 600,
  TOKEN_ISSUER: 'parley',
  TOKEN_AUDIENCE: 'parley',
  ISSUERS: '',
  SIGNING_KEY_DAYS: 30,
  ADDRESS_LIMIT_FACTOR: 1,
  HASH_CONCURRENCY: 2,
  HASH_QUEUE: 400,
  MAINTENANCE_SECONDS: 0.1,
}

export const here: Client = { address: '192.0.2.1', device: 'Test/1.0' }

/** What the gateway makes of an access token that it has verified. */
export function callerOf({ access_token, user }: Tokens): Caller {
  return { user_id: user.id, session_id: String(decodeJwt(access_token)['sid']), role: user.role }
}

/** The code that a call was refused with. */
export async function codeOf(call: Promise<unknown>): Promise<AnyErrorCode | 'answered'> {
  try {
    await call
    return 'answered'
  } catch (err) {
    return (err as { code: AnyErrorCode }).code
  }
}
