import { eventually } from '@parley/testkit'

interface Beginning extends AsyncDisposable {
  /** Where each server tells of itself. */
  monitors: readonly string[]
}

const MOST_BEGINNINGS = 5
/** What is left of a test's time then is for one more, and for the test. */
const NO_OTHER_AFTER_MS = 50_000
const WHOLE_WITHIN_MS = 10_000

/**
 * Begins a cluster of NATS servers, and anew where NATS has counted one of them out: of two that stand for election in the
 * same moment, the leader may never learn of the other, and has no place for a stream of three then, until another leader is
 * elected.
 */
export async function beginWhole<T extends Beginning>(begin: (beginning: number) => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  for (let beginning = 1; ; beginning++) {
    await using stack = new AsyncDisposableStack()
    try {
      const servers = stack.use(await begin(beginning))
      await eventually(() => expectWhole(servers.monitors), { timeoutMs: WHOLE_WITHIN_MS })
      stack.move()
      return servers
    } catch (err) {
      const text = `a cluster of NATS is not whole at beginning ${beginning}: ${(err as Error).message}`
      process.stdout.write(`${text}\n`)
      if (beginning === MOST_BEGINNINGS || performance.now() - startedAt > NO_OTHER_AFTER_MS) throw err
    }
  }
}

interface Group {
  leader?: string
  /** Of the others, those that a server counts; of all servers that is told by the leader alone. */
  replicas?: { current: boolean; offline?: boolean }[]
}

interface Streams {
  meta_cluster?: Group
  account_details?: { stream_detail?: { name: string; cluster?: Group }[] }[]
}

/** All servers follow one leader, which has all others beside it, as the leader of each stream has. */
export async function expectWhole(monitors: readonly string[]): Promise<void> {
  const told = await Promise.all(
    monitors.map(async (monitor) => (await (await fetch(`${monitor}/jsz?streams=true`)).json()) as Streams),
  )
  const leaders = new Set(told.map(({ meta_cluster }) => meta_cluster?.leader))
  if (leaders.size > 1) throw new Error(`the servers follow ${[...leaders].join(' and ')}`)
  expectComplete(
    'all servers',
    told.map(({ meta_cluster }) => meta_cluster),
    monitors.length,
  )
  const streams = told.flatMap(({ account_details = [] }) =>
    account_details.flatMap(({ stream_detail = [] }) => stream_detail),
  )
  for (const [name, views] of Map.groupBy(streams, (stream) => stream.name))
    expectComplete(
      name,
      views.map(({ cluster }) => cluster),
      monitors.length,
    )
}

/** Somebody has all others beside it: the leader, for the others count no more than themselves and the leader. */
function expectComplete(what: string, views: readonly (Group | undefined)[], servers: number): void {
  const counted = views.map((view) => view?.replicas?.filter(({ current, offline }) => current && !offline))
  const most = Math.max(...counted.map((replicas) => replicas?.length ?? 0))
  if (most < servers - 1) throw new Error(`the leader of ${what} counts ${most} others`)
}
