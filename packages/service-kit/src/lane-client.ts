// Requests of one lane leave in order. Those of one turn of the event loop, and those that come while a batch is under
// way, form the next batch: one message each way for many requests. One batch of a lane is in flight at a time, so a
// batch that found no owner is sent again before anything behind it.
import { errorLine } from './envelope.ts'
import { RpcError, unavailable } from './rpc-error.ts'

interface Pending {
  line: string
  /** In milliseconds of `performance.now()`. */
  deadline: number
  resolve: (reply: string) => void
}

interface Lane {
  queue: Pending[]
  busy: boolean
}

export interface LaneClientOptions {
  request: (subject: string, payload: string, timeoutMs: number) => Promise<string>
  countLanes: () => Promise<number>
  subject: (lane: number) => string
}

const MOST_IN_BATCH = 512
const MOST_BATCH_CHARS = 1_000_000
const MOST_WAITING = 20_000
const OWNERLESS_RETRY_MS = 50

export interface LaneClient {
  /** The reply line of one request; an error line when its lane has no owner in time. */
  forward(shard: number, line: string, timeoutMs: number): Promise<string>
  forgetCount(): void
}

export function createLaneClient({ request, countLanes, subject }: LaneClientOptions): LaneClient {
  const lanes = new Map<number, Lane>()
  let count: number | undefined
  let counting: Promise<number> | undefined

  const findCount = (): Promise<number> =>
    (counting ??= countLanes()
      .then((found) => (count = found))
      .finally(() => (counting = undefined)))

  const enqueue = (shard: number, line: string, timeoutMs: number): Promise<string> => {
    const index = shard % (count as number)
    let lane = lanes.get(index)
    if (!lane) lanes.set(index, (lane = { queue: [], busy: false }))
    if (lane.queue.length >= MOST_WAITING) return Promise.resolve(errorLine(unavailable().toJSON()))
    return new Promise((resolve) => {
      lane.queue.push({ line, deadline: performance.now() + timeoutMs, resolve })
      if (lane.busy) return
      lane.busy = true
      setImmediate(() => void run(index, lane))
    })
  }

  const run = async (index: number, lane: Lane): Promise<void> => {
    while (lane.queue.length > 0) {
      const batch = takeBatch(lane)
      if (batch.length > 0) await send(subject(index), batch)
    }
    lane.busy = false
  }

  const send = async (to: string, batch: Pending[]): Promise<void> => {
    const payload = batch.map(({ line }) => line).join('\n')
    const latest = Math.max(...batch.map(({ deadline }) => deadline))
    for (;;) {
      try {
        const replies = (await request(to, payload, latest - performance.now())).split('\n')
        for (const [i, { resolve }] of batch.entries()) resolve(replies[i] ?? errorLine({ code: 'internal' }))
        return
      } catch (err) {
        const error = err instanceof RpcError ? err : unavailable(err)
        const isOwnerless = error.code === 'unavailable' && performance.now() + OWNERLESS_RETRY_MS < latest
        if (!isOwnerless) {
          for (const { resolve } of batch) resolve(errorLine(error.toJSON()))
          return
        }
        await new Promise((resolve) => setTimeout(resolve, OWNERLESS_RETRY_MS))
      }
    }
  }

  return {
    forward: async (shard, line, timeoutMs) => {
      if (count === undefined) await findCount()
      return enqueue(shard, line, timeoutMs)
    },
    forgetCount: () => (count = undefined),
  }
}

/** Takes what fits a batch; answers those whose time is up. */
function takeBatch(lane: Lane): Pending[] {
  const now = performance.now()
  const batch: Pending[] = []
  let chars = 0
  let taken = 0
  for (const pending of lane.queue) {
    if (
      batch.length === MOST_IN_BATCH ||
      (batch.length > 0 && chars + pending.line.length > MOST_BATCH_CHARS)
    )
      break
    taken++
    if (pending.deadline <= now) {
      pending.resolve(errorLine(unavailable().toJSON()))
      continue
    }
    batch.push(pending)
    chars += pending.line.length
  }
  lane.queue.splice(0, taken)
  return batch
}
