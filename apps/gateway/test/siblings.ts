import { settings, type Config } from '../src/config.ts'
import { startGateway } from '../src/service.ts'
import { startWorld, type World } from './world.ts'

export interface Cluster extends AsyncDisposable {
  world: World
  /** Of each gateway. */
  ports: readonly [number, number, number]
  /** Ends one of them. */
  stop(index: number): Promise<void>
}

/** Three gateways on one bus. */
export async function startCluster(config: Partial<Config> = {}): Promise<Cluster> {
  const world = await startWorld({ config })
  const defaults = settings.parse({ NATS_URL: world.natsUrl, PORT: 0, LOG_LEVEL: 'fatal', DRAIN_SECONDS: 0 })
  const more = [
    await startGateway({ ...defaults, ...config }),
    await startGateway({ ...defaults, ...config }),
  ] as const
  const gateways = [world, ...more] as const
  const stopped = new Set<number>()
  const stop = async (index: number): Promise<void> => {
    if (stopped.has(index)) return
    stopped.add(index)
    await gateways[index]?.[Symbol.asyncDispose]()
  }
  return {
    world,
    ports: [world.port, more[0].port, more[1].port],
    stop,
    [Symbol.asyncDispose]: async () => {
      for (const index of [2, 1, 0]) await stop(index)
    },
  }
}
