import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSystemWith, type System } from '@parley/local-stack'
import { canMount, mountDisk, type Disk } from './disks.ts'
import { startOneNats, startThreeNats, type NatsServers } from './nats-servers.ts'
import { natsFilter, type Fate } from './net/nats-filter.ts'
import { natsClient, postgresClient } from './net/names.ts'
import { startProxy, type Proxy } from './net/proxy.ts'
import { startOnePostgres, startPostgresPair, type PostgresServers } from './postgres-servers.ts'
import { createRandom } from './random.ts'
import type { Alter } from './servers.ts'

/** A whole system, with a way of its own to each server and to each gateway that can be made bad. */
export interface Stand extends AsyncDisposable {
  /** As they are. */
  gateways: readonly string[]
  /** As clients reach them. */
  doors: readonly string[]
  /** The servers themselves, past what is done to the ways to them. */
  readonly databaseUrl: string
  natsUrl: string
  ways: { nats: Proxy; postgres: Proxy; doors: readonly Proxy[] }
  /** Signals one process by its name; what ends by that is started again. */
  kill(name: string, signal: NodeJS.Signals): Promise<void>
  /** Pids by name. */
  pids(): Promise<Map<string, number>>
  /** Ends NATS, and changes what it has stored before it comes back. */
  changeNats(alter: Alter): Promise<void>
  natsServers: NatsServers
  postgresServers: PostgresServers
  /** Starts a server again if it has ended by itself. */
  revive(name: string): Promise<void>
  /** Sets the clock of one process of Parley, so many milliseconds ahead of that of the machine. */
  setClock(name: string, aheadMs: number): Promise<void>
  /** Where NATS stores, if this process may mount a disk for it. */
  natsDisk: Disk | undefined
  /** The same of Postgres, where it has a standby. */
  postgresDisk: Disk | undefined
  /** Decides what becomes of messages that NATS sends, by subject, until the function that it gives is called. */
  meddle(fateOf: (subject: string) => Fate): () => void
}

export interface StandOptions {
  gateways: number
  env: Record<string, string>
  seed: number
  /** As the manifests have it, instead of one. */
  hasThreeNats?: boolean
  hasStandby?: boolean
}

/** A stream reserves a gigabyte, and NATS lends out three quarters of a disk. */
const NATS_MEGABYTES = 8_192
const POSTGRES_MEGABYTES = 4_096
const LAUNCHER = fileURLToPath(new URL('launcher.ts', import.meta.url))

export async function startStand({
  gateways,
  env,
  seed,
  hasThreeNats = false,
  hasStandby = false,
}: StandOptions): Promise<Stand> {
  await using stack = new AsyncDisposableStack()
  const random = createRandom(seed)
  const clocks = await mkdtemp(join(tmpdir(), 'parley-clocks-'))
  stack.defer(() => rm(clocks, { recursive: true }))
  const natsDisk = canMount && !hasThreeNats ? stack.use(await mountDisk(NATS_MEGABYTES)) : undefined
  const natsServers = stack.use(await (hasThreeNats ? startThreeNats(random) : startOneNats(natsDisk?.dir)))
  const postgresDisk = canMount && hasStandby ? stack.use(await mountDisk(POSTGRES_MEGABYTES)) : undefined
  const postgresServers = stack.use(
    await (hasStandby ? startPostgresPair(postgresDisk?.dir) : startOnePostgres()),
  )
  const servers = new Map([...natsServers.byName, ...postgresServers.byName])
  const untouched = (): Fate => 'once'
  let fateOf: (subject: string) => Fate = untouched
  const ways = {
    nats: stack.use(
      await startProxy({
        ...{ target: natsServers.port, random, nameOf: natsClient },
        filterBack: () => natsFilter((subject) => fateOf(subject)),
      }),
    ),
    postgres: stack.use(await startProxy({ target: postgresServers.port, random, nameOf: postgresClient })),
  }
  const system = stack.use(
    await startSystemWith(LAUNCHER, {
      gateways,
      env: {
        // Frames go by lane where few gateways are, unless told otherwise: each way has its seeds.
        ...(seed % 2 === 0 && { FRAMES_BY_LANE: 'false' }),
        ...env,
        CLOCKS: clocks,
        NATS_URL: at(natsServers.url, ways.nats),
        ...(hasThreeNats && { STREAM_REPLICAS: '3' }),
        DATABASE_URL: at(postgresServers.url(), ways.postgres),
      },
    }),
  )
  const doors = await Promise.all(system.gateways.map((gateway) => openDoor(gateway, random)))
  for (const door of doors) stack.use(door)
  const keep = stack.move()
  return {
    gateways: system.gateways,
    doors: system.gateways.map((gateway, index) => at(gateway, doors[index] as Proxy)),
    get databaseUrl() {
      return postgresServers.url()
    },
    natsUrl: natsServers.url,
    ways: { ...ways, doors },
    kill: (name, signal) => servers.get(name)?.kill(signal) ?? system.kill(name, signal),
    pids: async () => new Map([...(await pidsOf(system)), ...natsServers.pids(), ...postgresServers.pids()]),
    natsDisk,
    postgresDisk,
    changeNats: async (alter) =>
      void (await Promise.all([...natsServers.byName.values()].map((server) => server.change(alter)))),
    natsServers,
    postgresServers,
    revive: async (name) => servers.get(name)?.revive(),
    setClock: (name, aheadMs) => writeFile(join(clocks, name), String(aheadMs)),
    meddle: (next) => {
      fateOf = next
      return () => void (fateOf = untouched)
    },
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

/** The same address at the proxy's port. */
function at(url: string, { port }: Proxy): string {
  const through = new URL(url)
  through.port = String(port)
  return through.href.replace(/\/$/, '')
}

function openDoor(gateway: string, random: ReturnType<typeof createRandom>): Promise<Proxy> {
  let count = 0
  return startProxy({
    target: Number(new URL(gateway).port),
    random,
    nameOf: () => `client-${count++}`,
  })
}

const pidsOf = async (system: System): Promise<[string, number][]> =>
  (await system.state()).processes.map(({ name, pid }) => [name, pid])
