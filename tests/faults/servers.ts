import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, startNats, startPostgres, type RunningServer } from '@parley/local-stack'

interface Place {
  dataDir: string
  port: number
}

/** A server of a test's own, which can be taken away and comes back on the same port and data. */
export interface Server extends AsyncDisposable {
  url: string
  port: number
  pid(): number
  /** Takes it away, until it is brought back. */
  remove(signal?: NodeJS.Signals): Promise<void>
  bringBack(): Promise<void>
  /** Taken away, with other data when it comes back. */
  change(alter: Alter): Promise<void>
}

/** Changes what a server has stored. */
export type Alter = (dataDir: string) => Promise<void>

async function startServer(
  start: (place: Place) => Promise<RunningServer>,
  disk: string = tmpdir(),
): Promise<Server> {
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
    port: place.port,
    pid: () => server.pid!,
    remove,
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

/** Waits for the disk, as in production. */
export const ownPostgres = (disk?: string): Promise<Server> =>
  startServer((place) => startPostgres({ ...place, database: 'parley', durable: true }), disk)

export const ownNats = (disk?: string): Promise<Server> => startServer((place) => startNats(place), disk)

export interface Supervised extends AsyncDisposable {
  /** Signals it; what ends by that is started again. */
  kill(signal: NodeJS.Signals): Promise<void>
  change(alter: Alter): Promise<void>
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
    change: (alter) => ended(() => server.change(alter)),
    [Symbol.asyncDispose]: () => coming,
  }
}
