import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../src/index.ts'

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

async function scratchDir(mode: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await chmod(dir, 0o755)
  const inner = join(dir, 'some where')
  await mkdir(inner, { mode })
  return inner
}

test('a server that is given by URL is used as it is', async () => {
  const server = await startPostgres({ url: 'postgres://elsewhere/db' })

  expect(server).toMatchObject({ url: 'postgres://elsewhere/db', kind: 'external' })
})

test.for([
  { reach: 'only its owner may enter', mode: 0o700 },
  { reach: 'everybody may enter', mode: 0o755 },
])('data in a directory that $reach survive a stop and a start on the same port', async ({ mode }) => {
  const dataDir = join(await scratchDir(mode), 'postgres')
  const first = await startPostgres({ dataDir, database: 'parley', durable: true })
  await query(first.url, 'create table kept (id int)')
  await query(first.url, 'insert into kept values (42)')
  await first.stop()

  const port = Number(new URL(first.url).port)
  const second = await startPostgres({ dataDir, port, database: 'parley', durable: true })
  onTestFinished(() => second.stop())

  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 42 }])
})

test('the pid is that of the server, which listens on loopback alone', async () => {
  const server = await startPostgres({ dataDir: join(await scratchDir(0o755), 'postgres') })
  onTestFinished(() => server.stop())

  const [row] = await query(
    server.url,
    "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid, current_setting('listen_addresses') as host",
  )

  expect(row).toEqual({ pid: server.pid, host: '127.0.0.1' })
})

test('a durable server waits for the disk, and one for tests does not', async () => {
  const fsync = "select current_setting('fsync') as fsync"
  const dir = await scratchDir(0o755)
  const durable = await startPostgres({ dataDir: join(dir, 'a'), durable: true })
  onTestFinished(() => durable.stop())
  const fast = await startPostgres({ dataDir: join(dir, 'b'), durable: false })
  onTestFinished(() => fast.stop())

  expect(await query(durable.url, fsync)).toEqual([{ fsync: 'on' }])
  expect(await query(fast.url, fsync)).toEqual([{ fsync: 'off' }])
})

test('a server whose predecessor was killed is usable when its start resolves', async () => {
  const dataDir = join(await scratchDir(0o755), 'postgres')
  const killed = await startPostgres({ dataDir })
  process.kill(killed.pid ?? 0, 'SIGKILL')
  await killed.stop()

  const server = await startPostgres({ dataDir, port: Number(new URL(killed.url).port) })
  onTestFinished(() => server.stop())

  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server waits for the processes of a predecessor that was killed', async () => {
  const dataDir = join(await scratchDir(0o755), 'postgres')
  const killed = await startPostgres({ dataDir })
  const [held] = (await query(
    killed.url,
    "select pid from pg_stat_activity where backend_type = 'checkpointer'",
  )) as [{ pid: number }]
  process.kill(held.pid, 'SIGSTOP')
  process.kill(killed.pid ?? 0, 'SIGKILL')
  await killed.stop()

  const [server] = await Promise.all([
    startPostgres({ dataDir, port: Number(new URL(killed.url).port) }),
    delay(1_000).then(() => process.kill(held.pid, 'SIGCONT')),
  ])
  onTestFinished(() => server.stop())

  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server that cannot start says why', async () => {
  const server = await startPostgres({ dataDir: join(await scratchDir(0o755), 'postgres') })
  onTestFinished(() => server.stop())
  const port = Number(new URL(server.url).port)
  const dataDir = join(await scratchDir(0o755), 'other')

  await expect(startPostgres({ dataDir, port })).rejects.toThrow('could not create any TCP/IP sockets (log: ')
})
