import { randomUUID } from 'node:crypto'
import {
  checkAuth,
  events,
  getMe,
  logIn,
  logOut,
  register,
  rpcs,
  sessionEnded,
  userChanged,
} from '@parley/protocol'
import { consumeEvents, createLog, onEvent } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { codeOf, here, PASSWORD, startWorld, type World } from './world.ts'

const probe = (world: World, path: string) => fetch(`http://127.0.0.1:${world.auth.probePort}${path}`)

test('every auth RPC of the catalog is answered', async () => {
  await using world = await startWorld()
  const caller = { user_id: 7, session_id: 'gone', role: 'admin' as const }

  for (const rpc of rpcs.filter(({ name }) => name.startsWith('auth.'))) {
    expect({ name: rpc.name, code: await codeOf(world.bus.call(rpc, {}, { caller })) }).not.toMatchObject({
      code: expect.stringMatching(/^(unavailable|timeout|internal|not_found)$/),
    })
  }
  expect(events.filter(({ name }) => name.startsWith('auth.'))).toEqual([userChanged, sessionEnded])
})

test('a service that is ready says so, to probes and to others', async () => {
  await using world = await startWorld()

  expect((await probe(world, '/livez')).status).toBe(200)
  expect((await probe(world, '/readyz')).status).toBe(200)
  expect(await world.bus.call(checkAuth, {})).toEqual({ missing: [] })
})

test('a service without its database says what is missing, and is ready again once it is back', async () => {
  await using world = await startWorld()
  const { caller } = await world.person()
  const name = new URL(world.config.DATABASE_URL).pathname.slice(1)
  const server = new Client({ connectionString: world.config.DATABASE_URL.replace(name, 'postgres') })
  await server.connect()
  try {
    await server.query(`alter database ${name} with allow_connections false`)
    await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'parley-auth'",
      [name],
    )

    await eventually(async () => {
      expect(await world.bus.call(checkAuth, {})).toEqual({ missing: [expect.stringMatching(/^database: /)] })
    })
    expect((await probe(world, '/readyz')).status).toBe(503)
    expect((await probe(world, '/livez')).status).toBe(200)
    await server.query(`alter database ${name} with allow_connections true`)

    await eventually(async () => expect(await world.bus.call(checkAuth, {})).toEqual({ missing: [] }))
    expect(await codeOf(world.bus.call(getMe, {}, { caller }))).toBe('answered')
  } finally {
    await server.end()
  }
})

test('T19: more log-ins than can be hashed in time are refused at once, and say when to come again', async () => {
  await using world = await startWorld({ HASH_QUEUE: 10 })
  const { username, caller } = await world.person()

  const results = await Promise.all(
    Array.from({ length: 60 }, () =>
      world.bus
        .call(logIn, { identifier: username, password: PASSWORD })
        .catch((err: { code: string; retry_after_ms?: number }) => err),
    ),
  )

  const refused = results.filter((result) => 'code' in result)
  expect(refused.length).toBeGreaterThan(30)
  for (const result of refused) {
    expect(result).toMatchObject({ code: 'unavailable', retry_after_ms: expect.any(Number) })
  }
  expect(refused.length).toBeLessThan(60)
  expect(await codeOf(world.bus.call(getMe, {}, { caller }))).toBe('answered')
  const metrics = await (await probe(world, '/metrics')).text()
  expect(metrics).toMatch(/^hash_queue_depth\{.*\} 0$/m)
  expect(metrics).toMatch(/^auth_logins_total\{.*result="ok".*\} \d\d$/m)
})

test('limits on guessing hold across processes', async () => {
  await using world = await startWorld()
  const { username } = await world.person()
  await world.startReplica()

  const codes: string[] = []
  for (let i = 0; i < 12; i++) {
    codes.push(
      await codeOf(world.bus.call(logIn, { identifier: username, password: 'wrong' }, { client: here })),
    )
  }

  expect(codes).toEqual([
    ...Array<string>(5).fill('invalid_credentials'),
    ...Array<string>(7).fill('rate_limited'),
  ])
})

test('limits per address go by their factor', async () => {
  await using world = await startWorld({ ADDRESS_LIMIT_FACTOR: 0.1 })

  const codes: string[] = []
  for (let i = 0; i < 5; i++) {
    const guess = { identifier: `victim-${i}`, password: 'wrong' }
    codes.push(await codeOf(world.bus.call(logIn, guess, { client: here })))
  }

  expect(codes).toEqual([
    'invalid_credentials',
    'invalid_credentials',
    'invalid_credentials',
    'rate_limited',
    'rate_limited',
  ])
})

test('what another service reads of the log is each event in order, those of other processes too', async () => {
  await using world = await startWorld()
  await world.startReplica()
  const read: string[] = []
  await using _reader = consumeEvents({
    bus: world.bus,
    log: createLog({ service: 'reader', instance: 'test', level: 'silent' }),
    from: 'auth',
    by: 'reader',
    handlers: [
      onEvent(userChanged, async ({ card }) => void read.push(`changed ${card.id}`)),
      onEvent(sessionEnded, async ({ user_id }) => void read.push(`ended ${user_id}`)),
    ],
  })

  const expected: string[] = []
  for (let i = 0; i < 10; i++) {
    const { user, caller } = await world.person()
    await world.bus.call(logOut, {}, { caller })
    expected.push(`changed ${user.id}`, `ended ${user.id}`)
  }

  await eventually(() => expect(read).toEqual(expected))
})

test('what was under way when the service stops is finished', async () => {
  await using world = await startWorld()
  const registrations = Array.from({ length: 10 }, (_, i) =>
    codeOf(world.bus.call(register, { username: `late-${i}`, password: PASSWORD }, { client: here })),
  )
  await eventually(async () =>
    expect(await (await probe(world, '/metrics')).text()).toMatch(/hash_queue_depth\{.*\} [1-9]/),
  )

  await world.auth[Symbol.asyncDispose]()

  expect(await Promise.all(registrations)).toEqual(Array(10).fill('answered'))
})

test('a wrong setting stops the start, and is named', () => {
  expect(() => readConfig({ DATABASE_URL: 'x', ACCESS_TOKEN_TTL: 'soon' })).toThrow(
    /ACCESS_TOKEN_TTL: .*\n?.*NATS_URL: |NATS_URL: .*\n.*ACCESS_TOKEN_TTL: /,
  )
  expect(readConfig({ DATABASE_URL: 'x', NATS_URL: randomUUID() })).toMatchObject({
    ACCESS_TOKEN_TTL: 600,
    TOKEN_ISSUER: 'parley',
    TOKEN_AUDIENCE: 'parley',
    ADDRESS_LIMIT_FACTOR: 1,
  })
})
