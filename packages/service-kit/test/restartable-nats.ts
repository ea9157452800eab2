import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats } from '@parley/local-stack'
import { damageStreams } from '@parley/testkit'

export interface RestartableNats extends AsyncDisposable {
  url: string
  stop(): Promise<void>
  /** On the same port, with the streams it had. */
  start(): Promise<void>
  /** Answers nobody until it goes on. */
  pause(): void
  goOn(): void
  /** Its streams are gone at the next start. */
  wipe(): Promise<void>
  /** A byte is another one at the next start in every file of its streams. */
  damage(): Promise<void>
}

/** A nats-server that comes back where it was. */
export async function startRestartableNats(authorization?: string): Promise<RestartableNats> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-kit-'))
  const place = {
    ...{ dataDir: join(folder, 'nats'), port: await freePort() },
    ...(authorization && { authorization }),
  }
  const first = await startNats(place)
  let running: typeof first | undefined = first
  const stop = async () => {
    await running?.stop()
    running = undefined
  }
  return {
    url: first.url,
    stop,
    start: async () => {
      running = await startNats(place)
    },
    pause: () => void process.kill(running!.pid!, 'SIGSTOP'),
    goOn: () => void process.kill(running!.pid!, 'SIGCONT'),
    wipe: () => rm(place.dataDir, { recursive: true }),
    damage: async () => {
      if ((await damageStreams(place.dataDir)) === 0) throw new Error('no file of a stream to damage')
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
