// What each service may do in Postgres, and who NATS lets in, in a system as `npm start` makes it.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { startSystem, type System } from '@parley/local-stack'
import { Client, type DatabaseError } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const SERVICES = ['auth', 'matching', 'messaging'] as const
type Service = (typeof SERVICES)[number]

let system: System
let owner: Client
let tables: { schema: Service; name: string; column: string }[]
beforeAll(async () => {
  system = await startSystem()
  owner = new Client({ connectionString: system.databaseUrl })
  await owner.connect()
  tables = (await owner.query<(typeof tables)[number]>(TABLES)).rows
})
afterAll(async () => {
  await owner.end()
  await system.stop()
})

const TABLES = `
  select relnamespace::regnamespace::text as schema, relname as name, attname as column
  from pg_class c cross join lateral (
    select attname from pg_attribute where attrelid = c.oid and attnum > 0 and attidentity = '' limit 1
  ) a
  where relnamespace::regnamespace::text in ('auth', 'matching', 'messaging') and relkind in ('r', 'p')
    and not relispartition
  order by 1, 2`

async function roleOf(service: Service): Promise<Client> {
  const url = new URL(system.databaseUrl)
  url.username = `parley_${service}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** `ok`, or the SQLSTATE of the refusal. */
const outcomes = async (client: Client, statements: readonly string[]): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const statement of statements) {
    found[statement] = await client.query(statement).then(
      () => 'ok',
      (err: DatabaseError) => err.code ?? err.message,
    )
  }
  return found
}
const all = (statements: readonly string[], outcome: string) =>
  Object.fromEntries(statements.map((statement) => [statement, outcome]))

const reads = (table: string) => [`select from ${table} limit 0`]
const writes = (table: string, column: string) => [
  `insert into ${table} (${column}) select ${column} from ${table} where false`,
  `update ${table} set ${column} = ${column} where false`,
  `delete from ${table} where false`,
]
const REFUSED = '42501'

test.each(SERVICES)('T65: %s reads and writes its own tables, and no other’s', async (service) => {
  const client = await roleOf(service)
  expect(tables.filter(({ schema }) => schema === service).length).toBeGreaterThan(3)

  for (const { schema, name, column } of tables) {
    const table = `${schema}.${name}`
    const isOwn = schema === service
    // What has been migrated is no business of the service; it looks, and waits.
    const mayWrite = isOwn && !name.startsWith('kysely_migration')
    expect(await outcomes(client, reads(table))).toEqual(all(reads(table), isOwn ? 'ok' : REFUSED))
    const changes = writes(table, column)
    expect(await outcomes(client, changes)).toEqual(all(changes, mayWrite ? 'ok' : REFUSED))
  }
})

test.each(SERVICES)('T65: %s makes, changes and drops nothing, and is nobody else', async (service) => {
  const client = await roleOf(service)
  const own = tables.find(({ schema, name }) => schema === service && !name.startsWith('kysely'))!
  const table = `${own.schema}.${own.name}`
  const statements = [
    ...[`${service}.extra`, 'public.extra'].map((name) => `create table ${name} (id int)`),
    'create temporary table extra (id int)',
    'create schema extra',
    `alter table ${table} add column extra int`,
    `create index extra on ${table} (${own.column})`,
    `truncate ${table}`,
    `drop table ${table}`,
    `alter schema ${service} rename to extra`,
    `create function ${service}.extra() returns int language sql return 1`,
    'create role extra',
    'create database extra',
    'alter system set fsync = off',
    `copy (select 1) to program 'true'`,
    `select pg_read_file('PG_VERSION')`,
    'set role postgres',
    ...SERVICES.filter((other) => other !== service).map((other) => `set role parley_${other}`),
  ]

  expect(await outcomes(client, statements)).toEqual(all(statements, REFUSED))
})

test('T29, T61: NATS lets nobody in without a key', async () => {
  const { port } = new URL(system.natsUrl)

  const socket = connect(Number(port), '127.0.0.1')
  socket.write('CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n')
  const said = await text(socket)

  expect(said).toContain("-ERR 'Authorization Violation'")
  expect(said).not.toContain('PONG')
})

test('T63: NATS listens for services and for its own figures, and for nothing else', async () => {
  const { processes } = await system.state()
  const { probe_port } = processes.find(({ name }) => name === 'nats')!
  const response = await fetch(`http://127.0.0.1:${probe_port}/varz`)
  const varz = (await response.json()) as Record<string, { port?: number } | undefined>

  const listeners = ['cluster', 'gateway', 'leaf', 'mqtt', 'websocket']
  expect(listeners.filter((name) => varz[name]?.port !== undefined)).toEqual([])
  expect(varz).toMatchObject({
    auth_required: true,
    host: '127.0.0.1',
    jetstream: { config: { sync_always: true } },
  })
})
