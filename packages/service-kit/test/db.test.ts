import { setTimeout as delay } from 'node:timers/promises'
import { createTestDatabase, eventually } from '@parley/testkit'
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLog, isOutage, openDb, type Database } from '../src/index.ts'
import type { DatabaseOptions } from '../src/db.ts'
import { migrate } from '../src/migrate.ts'
import { createLogLines } from './log-lines.ts'
import { startWay } from './way.ts'

interface Tables {
  thing: { id: number; weight: number }
}

const log = createLog({ service: 'test', instance: '', level: 'silent' })
const stack = new AsyncDisposableStack()
let url: string
let database: Database<Tables>

const makeThing: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`create table thing (id bigint primary key, weight bigint not null)`.execute(db)
    await sql`insert into thing values (1, 9007199254740991)`.execute(db)
  },
}
const open = (schema: string, options: Partial<DatabaseOptions> = {}) =>
  openDb<Tables>({ url, schema, poolSize: 4, migrations: { '0001-thing': makeThing }, log, ...options })

beforeAll(async () => {
  url = stack.use(await createTestDatabase()).url
  database = stack.use(await open('things'))
})
afterAll(() => stack.disposeAsync())

test('whole numbers of eight bytes are numbers, exact up to 2^53', async () => {
  expect(await database.db.selectFrom('thing').selectAll().execute()).toEqual([
    { id: 1, weight: Number.MAX_SAFE_INTEGER },
  ])
  const client = await database.connect()
  onTestFinished(() => client.end())
  expect((await client.query('select count(*) from thing')).rows).toEqual([{ count: 1 }])
})

test('a statement that comes again is prepared once for each connection, and the sessions prefer indexes', async () => {
  await using own = await open('prepared', { prepares: true, poolSize: 1 })
  const find = (id: number) => own.db.selectFrom('thing').selectAll().where('id', '=', id).execute()

  const found = [await find(1), await find(2), await find(1), await find(3), await find(1)]

  expect(found.map((rows) => rows.length)).toEqual([1, 0, 1, 0, 1])
  const { rows } = await own.pool.query('select statement from pg_prepared_statements')
  expect(rows).toEqual([{ statement: 'select * from "thing" where "id" = $1' }])
  const { rows: setting } = await own.pool.query('show enable_seqscan')
  expect(setting).toEqual([{ enable_seqscan: 'off' }])
})

test('a pool prepares two hundred statements, says so once, and runs the others all the same', async () => {
  const { log: told, lines } = createLogLines()
  await using own = await open('many_prepared', { prepares: true, poolSize: 1, log: told })

  for (let length = 1; length <= 210; length++) {
    // A list makes a statement of its own for each length.
    const ids = Array.from({ length }, (_, i) => i + 1)
    const find = () => own.db.selectFrom('thing').select('id').where('id', 'in', ids).execute()
    expect([await find(), await find(), await find()].flat()).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }])
  }

  const { rows } = await own.pool.query('select count(*) from pg_prepared_statements')
  expect(rows).toEqual([{ count: 200 }])
  expect(lines.filter(({ msg }) => msg === 'no further statements are prepared')).toHaveLength(1)
})

test('a migration beside it does not fail what is prepared; amid a transaction it is `unavailable` once', async () => {
  await using own = await open('prepared_and_changed', { prepares: true, poolSize: 1 })
  const owner = await connected(url)
  onTestFinished(() => owner.end())
  const change = (column: string) =>
    owner.query(`alter table prepared_and_changed.thing add column ${column} int not null default 7`)
  const find = (db: Pick<typeof own.db, 'selectFrom'> = own.db) =>
    db.selectFrom('thing').selectAll().where('id', '=', 1).execute()
  for (let i = 0; i < 4; i++) await find()

  await change('first')
  expect(await find()).toMatchObject([{ id: 1, first: 7 }])
  for (let i = 0; i < 4; i++) await find()
  await change('second')
  const failed = await own.db
    .transaction()
    .execute((tx) => find(tx))
    .catch((err: unknown) => err)

  expect(failed).toMatchObject({ code: 'unavailable' })
  expect(await find()).toMatchObject([{ id: 1, first: 7, second: 7 }])
})

test('unqualified names are in the schema of the service, and two services do not meet', async () => {
  await using other = await open('others')

  await other.db.deleteFrom('thing').execute()

  expect(await other.db.selectFrom('thing').selectAll().execute()).toEqual([])
  expect(await database.db.selectFrom('thing').selectAll().execute()).toHaveLength(1)
})

test('a role that may not migrate waits until somebody else has, then uses the rows and makes nothing', async () => {
  const owner = await connected(url)
  await owner.query('create role db_test_service login')
  onTestFinished(async () => {
    await owner.query('drop owned by db_test_service; drop role db_test_service')
    await owner.end()
  })
  const serviceUrl = new URL(url)
  serviceUrl.username = 'db_test_service'
  const { log: watched, lines } = createLogLines()
  const waiting = openDb<Tables>({
    ...{ url: serviceUrl.href, schema: 'patient', poolSize: 1, migrations: { '0001-thing': makeThing } },
    mayMigrate: false,
    log: watched,
  })
  await eventually(() =>
    expect(lines).toMatchObject([{ msg: 'waits for the migrations of its schema', missing: ['0001-thing'] }]),
  )

  await migrate({
    config: { connectionString: url, options: '-c search_path=patient' },
    ...{ schema: 'patient', migrations: { '0001-thing': makeThing }, runtimeRole: 'db_test_service' },
  })

  await using service = await waiting
  expect(await service.db.selectFrom('thing').selectAll().execute()).toHaveLength(1)
  await expect(service.pool.query('create table extra (id int)')).rejects.toMatchObject({ code: '42501' })
  await expect(service.pool.query('delete from kysely_migration')).rejects.toMatchObject({ code: '42501' })
})

test('services take turns at giving rights, some of which belong to all of them', async () => {
  const owner = await connected(url)
  const other = await connected(url)
  await owner.query('create role db_test_turn login')
  onTestFinished(async () => {
    await other.end()
    await owner.query('drop owned by db_test_turn; drop role db_test_turn')
    await owner.end()
  })
  // As another service does that is just giving its own.
  await other.query("begin; select pg_advisory_xact_lock(hashtext('parley rights'))")
  await other.query('revoke create on schema public from public')
  const ended = migrate({
    config: { connectionString: url, options: '-c search_path=turn' },
    ...{ schema: 'turn', migrations: { '0001-thing': makeThing }, runtimeRole: 'db_test_turn' },
  }).then(
    () => 'well',
    (err: unknown) => String(err),
  )
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await eventually(async () => expect((await owner.query(waiting)).rowCount).toBe(1))
  await other.query('commit')

  expect(await ended).toBe('well')
})

test('a migration that waits for a lock for two seconds fails rather than hold up everybody behind it', async () => {
  await using _open = await open('busy')
  const holder = await connected(url)
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table busy.thing')
  const grow: Migration = { up: async (db) => void (await sql`alter table thing add note text`.execute(db)) }

  await expect(open('busy', { migrations: { '0001-thing': makeThing, '0002-grow': grow } })).rejects.toThrow(
    /migration 0002-grow of busy failed: .*lock timeout/,
  )
})

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString })
  await client.connect()
  return client
}

test('several first starts at once run each migration once', async () => {
  const slow: Migration = {
    up: async (db) => {
      await sql`select pg_sleep(0.3)`.execute(db)
      await makeThing.up(db)
    },
  }

  const opened = await Promise.all(
    [1, 2, 3, 4].map(() => open('crowd', { migrations: { '0001-thing': slow } })),
  )

  const [first] = opened
  expect(await first?.db.selectFrom('thing').selectAll().execute()).toHaveLength(1)
  await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()))
})

test('a later start runs only what is new', async () => {
  await (await open('later'))[Symbol.asyncDispose]()
  const heavier: Migration = {
    up: async (db) => void (await sql`update thing set weight = weight - 1`.execute(db)),
  }

  for (const _ of [1, 2]) {
    await using again = await open('later', {
      migrations: { '0001-thing': makeThing, '0002-heavier': heavier },
    })
    const { weight } = await again.db.selectFrom('thing').select('weight').executeTakeFirstOrThrow()
    expect(weight).toBe(Number.MAX_SAFE_INTEGER - 1)
  }
})

test('a release works on a database that a later one has migrated, but not on one of another history', async () => {
  const nothing: Migration = { up: async () => undefined }
  await (
    await open('mixed', { migrations: { '0001-thing': makeThing, '0003-later': nothing } })
  )[Symbol.asyncDispose]()

  await using earlier = await open('mixed')

  expect(await earlier.db.selectFrom('thing').selectAll().execute()).toHaveLength(1)
  await expect(
    open('mixed', { migrations: { '0002-other': nothing, '0003-later': nothing } }),
  ).rejects.toThrow('previously executed migration 0001-thing is missing')
})

test('a migration that fails says which one, and leaves nothing of itself', async () => {
  const broken: Migration = {
    up: async (db) => {
      await sql`create table half (id int)`.execute(db)
      await sql`select 1 / 0`.execute(db)
    },
  }

  await expect(open('broken', { migrations: { '0001-half': broken } })).rejects.toThrow(
    /migration 0001-half of broken failed: division by zero/,
  )

  await using fixed = await open('broken')
  expect(await fixed.db.selectFrom('thing').selectAll().execute()).toHaveLength(1)
})

test('a migration may take longer than a statement of the service', { timeout: 20_000 }, async () => {
  const long: Migration = { up: async (db) => void (await sql`select pg_sleep(5.5)`.execute(db)) }

  await using opened = await open('long', { migrations: { '0001-long': long } })

  const shown = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(opened.db)
  expect(shown.rows).toEqual([{ statement_timeout: '5s' }])
})

test('a statement that takes too long is cancelled and counts as an outage', async () => {
  const client = await database.connect()
  onTestFinished(() => client.end())
  await client.query('set statement_timeout = 50')

  const failure = await client.query('select pg_sleep(5)').catch((err: unknown) => err)

  expect(isOutage(failure)).toBe(true)
})

test('S1: a broken connection to the database fails what used it and nothing else', async () => {
  const failures: unknown[] = []
  const transaction = database.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(database.db)
    await eventually(async () => {
      const { rows: alive } = await sql`select from pg_stat_activity where pid = ${rows[0]!.pid}`.execute(
        database.db,
      )
      expect(alive).toEqual([])
    })
    await sql`select 1`.execute(tx)
  })
  await transaction.catch((err: unknown) => failures.push(err))

  expect(failures.map(isOutage)).toEqual([true])
  expect(await database.check()).toBeUndefined()
})

test(
  'F15, F24: a server that falls silent is given up, by the pool and by sessions of their own',
  { timeout: 30_000 },
  async () => {
    await using way = await startWay(url)
    await using far = await openDb<Tables>({
      url: way.url,
      schema: 'things',
      poolSize: 2,
      migrations: { '0001-thing': makeThing },
      log,
    })
    const session = await far.connect()
    const ended = new Promise<void>((resolve) => session.once('end', resolve))
    await far.check()
    await delay(8_500)
    // Nothing was asked meanwhile, so nothing was missed.
    await session.query('select 1')

    way.freeze()
    const asked = [sql`select 1`.execute(far.db), session.query('select 1')].map((query) =>
      query.then(() => 'answered').catch(isOutage),
    )

    expect(await Promise.all(asked)).toEqual([true, true])
    await ended
    way.thaw()
    await eventually(async () => expect(await far.check()).toBeUndefined())
  },
)

test('F24: the server is to notice within 11 s that a machine which holds sessions and their locks is gone', async () => {
  const session = await database.connect()
  onTestFinished(() => session.end())

  for (const asks of [session, database.pool]) {
    const { rows } = await asks.query(
      `select current_setting('tcp_keepalives_idle') as idle, current_setting('tcp_keepalives_interval') as interval,
        current_setting('tcp_keepalives_count') as count`,
    )
    expect(rows).toEqual([{ idle: '5', interval: '2', count: '3' }])
  }
})

test('a database that cannot be reached fails the start, as an outage', async () => {
  const unreachable = openDb({
    url: 'postgres://nobody@127.0.0.1:1/none',
    schema: 'x',
    poolSize: 1,
    migrations: {},
    log,
  })

  expect(isOutage(await unreachable.catch((err: unknown) => err))).toBe(true)
})
