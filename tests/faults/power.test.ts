import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findNatsServer, freePort, readStackConfig, startNats, startPostgres } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import pg from 'pg'
import { expect, test } from 'vitest'
import { canMount, powerlessDisk } from './disks.ts'
import { family } from './kinds/processes.ts'

const ACKED = 300
const WRITERS = 10
const DISK_MB = 400

interface Writing {
  /** More are acknowledged while it goes on. */
  acked: Set<number>
  /** When no writer goes on any more: each ends with its first write that fails. */
  ended: Promise<unknown>
}

/** Runs writers, who go on, and resolves when so many writes are acknowledged. */
async function writeOn(count: number, write: (n: number) => Promise<void>): Promise<Writing> {
  const acked = new Set<number>()
  const reached = Promise.withResolvers<void>()
  let next = 0
  const writers = Array.from({ length: WRITERS }, async () => {
    for (;;) {
      const n = next++
      await write(n)
      acked.add(n)
      if (acked.size === count) reached.resolve()
    }
  })
  await Promise.race([reached.promise, ...writers])
  return { acked, ended: Promise.allSettled(writers) }
}

function lostOf(acked: ReadonlySet<number>, kept: readonly number[]): number {
  const left = new Set(kept)
  return [...acked].filter((n) => !left.has(n)).length
}

const killAll = (pid: number): void => {
  for (const one of family(pid)) process.kill(one, 'SIGKILL')
}

/** Rows that were acknowledged and are not there after the power was lost. */
async function rowsLost(durable: boolean): Promise<number> {
  await using disk = await powerlessDisk(DISK_MB)
  const place = { dataDir: join(disk.dir, 'data'), port: await freePort(), database: 'parley', durable }
  const before = await startPostgres(place)
  const pool = new pg.Pool({ connectionString: before.url, max: 10 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  await pool.query('create table written (n int primary key)')
  await pool.query('checkpoint')
  const { acked, ended } = await writeOn(
    ACKED,
    async (n) => void (await pool.query('insert into written values ($1)', [n])),
  )

  killAll(before.pid!)
  await before.stop()
  await disk.losePower()
  await ended
  await pool.end()

  const after = await startPostgres(place).catch(() => undefined)
  if (!after) return acked.size
  const client = new pg.Client(after.url)
  await client.connect()
  const { rows } = await client.query<{ n: number }>('select n from written').catch(() => ({ rows: [] }))
  await client.end()
  await after.stop()
  return lostOf(
    acked,
    rows.map(({ n }) => n),
  )
}

test.skipIf(!canMount)(
  'F13: Postgres has every committed row after a loss of power; without `fsync` it would not',
  async () => {
    expect(await rowsLost(true)).toBe(0)
    expect(await rowsLost(false)).toBeGreaterThan(0)
  },
  300_000,
)

interface Nats {
  url: string
  kill(): Promise<void>
}

async function ourNats(dataDir: string, port: number): Promise<Nats> {
  const server = await startNats({ dataDir, port })
  return {
    url: server.url,
    kill: async () => {
      process.kill(server.pid!, 'SIGKILL')
      await server.stop()
    },
  }
}

/** As it comes: what was written is on disk after two minutes. */
async function plainNats(dataDir: string, port: number): Promise<Nats> {
  const args = ['-js', '-sd', dataDir, '-a', '127.0.0.1', '-p', String(port)]
  const server: ChildProcess = spawn(await findNatsServer(readStackConfig()), args, { stdio: 'ignore' })
  const ended = once(server, 'exit')
  return {
    url: `nats://127.0.0.1:${port}`,
    kill: async () => {
      server.kill('SIGKILL')
      await ended
    },
  }
}

const ask = async <T>(nats: NatsConnection, subject: string, body: unknown): Promise<T> =>
  (await nats.request(subject, JSON.stringify(body), { timeout: 5_000 })).json<T>()

async function openNats({ url }: Nats): Promise<NatsConnection> {
  const nats = await eventually(() => connect({ servers: url, maxReconnectAttempts: 0 }), {
    timeoutMs: 10_000,
  })
  await eventually(() => ask(nats, '$JS.API.INFO', {}), { timeoutMs: 10_000 })
  return nats
}

async function eventsLost(start: (dataDir: string, port: number) => Promise<Nats>): Promise<number> {
  await using disk = await powerlessDisk(DISK_MB)
  const place = [join(disk.dir, 'nats'), await freePort()] as const
  const before = await start(...place)
  const nats = await openNats(before)
  await ask(nats, '$JS.API.STREAM.CREATE.WRITTEN', {
    name: 'WRITTEN',
    subjects: ['written'],
    storage: 'file',
  })
  const { acked, ended } = await writeOn(ACKED, async (n) => {
    const { seq } = await ask<{ seq?: number }>(nats, 'written', { n })
    if (seq === undefined) throw new Error('the stream did not take an event')
  })

  await before.kill()
  await disk.losePower()
  await ended
  await nats.close()

  const after = await start(...place)
  const again = await openNats(after)
  const kept = await eventsOf(again)
  await again.close()
  await after.kill()
  return lostOf(acked, kept)
}

/** What the stream has; nothing where there is none. */
async function eventsOf(nats: NatsConnection): Promise<number[]> {
  interface Info {
    state?: { first_seq: number; last_seq: number }
  }
  const { state } = await ask<Info>(nats, '$JS.API.STREAM.INFO.WRITTEN', {})
  const kept: number[] = []
  for (let seq = state?.first_seq ?? 1; seq <= (state?.last_seq ?? 0); seq++) {
    const { message } = await ask<{ message?: { data: string } }>(nats, '$JS.API.STREAM.MSG.GET.WRITTEN', {
      seq,
    })
    if (message) kept.push((JSON.parse(atob(message.data)) as { n: number }).n)
  }
  return kept
}

test.skipIf(!canMount)(
  'F10: NATS has every acknowledged event after a loss of power; with its own default it would not',
  async () => {
    expect(await eventsLost(ourNats)).toBe(0)
    expect(await eventsLost(plainNats)).toBeGreaterThan(0)
  },
  300_000,
)
