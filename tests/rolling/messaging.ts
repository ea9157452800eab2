import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { Client } from 'pg'
import { run, type Running } from '../deployment/processes.ts'
import type { Client as Talker } from '../faults/client.ts'
import type { Talk } from '../faults/talks.ts'
import { startWorkload, type Workload } from '../faults/workload.ts'
import { previousBuild, type Build } from './previous-build.ts'
import { readOn, type Reader } from './reader.ts'
import { PATIENCE, replaced } from './replaced.ts'
import { conclude, type Rolled, type RollOptions } from './rolled.ts'

const QUIET = { groups: 0, likeEveryMs: 60_000 }

/**
 * Under load, messaging of this build and of the one before share the lanes, take them over from each other, and see a
 * migration.
 */
export async function rollMessaging(options: RollOptions): Promise<Rolled> {
  const { steadySeconds, drainSeconds, print } = options
  const before = previousBuild()
  print(`messaging beside this build: ${before.name}`)
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: String(drainSeconds), LANES: '4' }
  await using system = await startSystem({ gateways: 2, env })
  await using workload = await startWorkload({ ...options, gateways: system.gateways, ...QUIET })
  await delay(steadySeconds * 1_000)

  const readers = system.gateways.map((gateway) => history(gateway, workload))
  await using reading = new AsyncDisposableStack()
  for (const reader of readers) reading.use(reader)
  await rollBesides(system, before)
  await delay(steadySeconds * 1_000)
  await reading.disposeAsync()

  const rolled = await conclude(system.gateways, workload, print)
  const refused = readers.flatMap((reader) => reader.refused())
  const answered = readers.reduce((sum, reader) => sum + reader.answered(), 0)
  print(`${answered} reads answered, ${refused.length} ways of refusing one`)
  return { ...rolled, faults: [...rolled.faults, ...refused.map((what) => `a read was answered ${what}`)] }
}

/** At each moment one process at least is ready. */
async function rollBesides(system: System, before: Build): Promise<void> {
  let older = startMessaging(system, before)
  try {
    await ready(older)
    await migrate(system)
    // The older one has all lanes meanwhile, and gives half of them back.
    await replaced(system, 'messaging')
    await stop(older)
    older = startMessaging(system, before)
    await ready(older)
    await replaced(system, 'messaging')
  } finally {
    await older.stop()
  }
}

/** Another process of messaging, as the launcher starts its own. */
function startMessaging({ databaseUrl, natsUrl, dataDir }: System, { root, main }: Build): Running {
  const url = new URL(databaseUrl)
  url.username = 'parley_messaging'
  return run({
    ...{ name: 'messaging', file: process.execPath, args: main, cwd: join(root, 'apps/messaging') },
    env: {
      ...{ DATABASE_URL: url.href, MIGRATE_AT_START: 'false', NATS_URL: natsUrl },
      ...{ NATS_NKEY_FILE: join(dataDir, 'nats-keys', 'messaging.seed'), INSTANCE: 'older' },
    },
  })
}

const ready = (one: Running): Promise<void> =>
  eventually(() => {
    if (!one.output().includes('messaging is ready')) throw new Error(`not ready: ${one.output()}`)
  }, PATIENCE)

async function stop(one: Running): Promise<void> {
  const code = await one.stop()
  if (code !== 0) throw new Error(`${one.name} ended with ${code}: ${one.output()}`)
}

/** One that only adds, as the check of migrations wants it. */
async function migrate({ databaseUrl }: System): Promise<void> {
  const owner = new Client({ connectionString: databaseUrl, options: '-c lock_timeout=2s' })
  await owner.connect()
  try {
    for (const table of ['message', 'conversation', 'member'])
      await eventually(
        () => owner.query(`alter table messaging.${table} add column if not exists added_later int`),
        PATIENCE,
      )
  } finally {
    await owner.end()
  }
}

/** Reads a conversation's messages, which any process of messaging answers. */
function history(gateway: string, { talks }: Workload): Reader {
  const { conversation_id, members } = talks[0] as Talk
  const url = `${gateway}/api/conversations/${conversation_id}/messages`
  return readOn(url, () => (members[0] as Talker).credentials.token())
}
