import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  freePort,
  startNats,
  startPostgres,
  type NatsMember,
  type RunningNats,
  type RunningServer,
} from '@parley/local-stack'
import { eventually } from '@parley/testkit'

const RETIRES_WITHIN_MS = 60_000

interface Place {
  dataDir: string
  port: number
}

/** A server of a test's own, which can be taken away and comes back on the same port and data. */
export interface Server<R extends RunningServer = RunningServer> extends AsyncDisposable {
  url: string
  port: number
  dataDir: string
  /** As it runs now. */
  running(): R
  pid(): number
  /** Takes it away, until it is brought back. */
  remove(signal?: NodeJS.Signals): Promise<void>
  bringBack(): Promise<void>
  /** Asks it by a signal to end, and waits for as long as that takes. */
  retire(signal: NodeJS.Signals): Promise<void>
  /** Taken away, with other data when it comes back. */
  change(alter: Alter): Promise<void>
}

/** Changes what a server has stored. */
export type Alter = (dataDir: string) => Promise<void>

export async function startServer<R extends RunningServer>(
  start: (place: Place) => Promise<R>,
  disk: string = tmpdir(),
): Promise<Server<R>> {
  const dir = await mkdtemp(join(disk, 'parley-faults-'))
  // Another user passes through it when root starts PostgreSQL.
  await chmod(dir, 0o711)
  const place = { dataDir: join(dir, 'data'), port: await freePort() }
  let server = await start(place)
  const remove = async (signal: NodeJS.Signals = 'SIGKILL') => {
    process.kill(server.pid!, signal)
    await server.stop()
  }
  return {
    url: server.url,
    ...place,
    running: () => server,
    pid: () => server.pid!,
    remove,
    retire: async (signal) => {
      const pid = server.pid!
      process.kill(pid, signal)
      await eventually(() => assertGone(pid), { timeoutMs: RETIRES_WITHIN_MS })
      await server.stop()
    },
    bringBack: async () => void (server = await start(place)),
    change: async (alter) => {
      await remove()
      await alter(place.dataDir)
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function assertGone(pid: number): void {
  if (!isGone(pid)) throw new Error('it has not ended yet')
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** Waits for the disk, as in production. */
export const durablePostgres = (place: Place): Promise<RunningServer> =>
  startPostgres({ ...place, database: 'parley', durable: true })

export const ownPostgres = (disk?: string): Promise<Server> => startServer(durablePostgres, disk)

export const ownNats = (disk?: string, member?: NatsMember): Promise<Server<RunningNats>> =>
  startServer((place) => startNats({ ...place, ...(member && { member }) }), disk)

export interface Supervised extends AsyncDisposable {
  /** Signals it; what ends by that is started again. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Asks it by a signal to end in its own time; resolves when it is back. */
  renew(signal: NodeJS.Signals): Promise<void>
  change(alter: Alter): Promise<void>
  /** Starts it again if it has ended by itself. */
  revive(): Promise<void>
}

const BACK_AFTER_MS = 200

/** Starts a server again each time that it is ended. */
export function supervise(server: Server): Supervised {
  let coming = Promise.resolve()
  const ended = (end: () => Promise<void>): Promise<void> => {
    const gone = coming.then(end)
    coming = gone.then(async () => {
      await delay(BACK_AFTER_MS)
      await server.bringBack()
    })
    // Whoever disposes of it hears of a server that does not come back.
    coming.catch(() => undefined)
    return gone
  }
  return {
    kill: async (signal) => {
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') return ended(() => server.remove(signal))
      await coming
      process.kill(server.pid(), signal)
    },
    renew: async (signal) => {
      await ended(() => server.retire(signal))
      await coming
    },
    change: (alter) => ended(() => server.change(alter)),
    revive: async () => {
      await coming
      if (!isGone(server.pid())) return
      await ended(() => server.running().stop())
      await coming
    },
    [Symbol.asyncDispose]: () => coming,
  }
}
