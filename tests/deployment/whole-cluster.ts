import { eventually } from '@parley/testkit'

interface Beginning extends AsyncDisposable {
  /** Where each server tells of itself. */
  monitors: readonly string[]
}

const MOST_BEGINNINGS = 5
const WHOLE_WITHIN_MS = 10_000

/**
 * Begins a cluster of NATS servers, and anew where NATS has counted one of them out: of two that stand for election in the
 * same moment, the leader may never learn of the other, and has no place for a stream of three then, until another leader is
 * elected.
 */
export async function beginWhole<T extends Beginning>(begin: (beginning: number) => Promise<T>): Promise<T> {
  for (let beginning = 1; ; beginning++) {
    await using stack = new AsyncDisposableStack()
    try {
      const servers = stack.use(await begin(beginning))
      await eventually(() => expectWhole(servers.monitors), { timeoutMs: WHOLE_WITHIN_MS })
      stack.move()
      return servers
    } catch (err) {
      if (beginning === MOST_BEGINNINGS) throw err
    }
  }
}

interface MetaCluster {
  leader?: string
  /** Told by the leader alone: of the others, those that it counts. */
  replicas?: unknown[]
}

async function expectWhole(monitors: readonly string[]): Promise<void> {
  const known = await Promise.all(
    monitors.map(async (monitor) => {
      const { meta_cluster } = (await (await fetch(`${monitor}/jsz`)).json()) as {
        meta_cluster?: MetaCluster
      }
      return meta_cluster?.replicas?.length ?? 0
    }),
  )
  if (Math.max(...known) < monitors.length - 1)
    throw new Error(`the leader counts ${Math.max(...known)} others`)
}
