// Requests of one lane leave in order. Those of one turn of the event loop, and those that come while a batch is under
// way, form the next batch: one message each way for many requests. One batch of a lane is in flight at a time, so a
// batch that found no owner is sent again before anything behind it. No request has a timer of its own: one sweep for
// all lanes, which runs only while something waits, answers those whose time is up.
import type { AnyErrorCode } from '@parley/protocol'
import { errorLine } from './envelope.ts'
import { createLaneCount } from './lane-count.ts'
import { RpcError, unavailable } from './rpc-error.ts'

export interface LaneClientOptions {
  /** Sends a batch and gives its reply lines. Rejects with `unavailable` where nothing was done. */
  request: (subject: string, payload: string, timeoutMs: number) => Promise<string>
  countLanes: () => Promise<number>
  subject: (lane: number) => string
}

export interface LaneClient {
  /** The reply line of one request; an error line when its lane has no owner in time. */
  forward(shard: number, line: string, timeoutMs: number): Promise<string>
  /** Asks for the number of lanes anew; until it is known, the one before counts. */
  recount(): void
  /** Resolves once all is answered that waits behind the batches under way; undefined where nothing does. */
  untilAnswered(): Promise<void> | undefined
  /** A lane has an owner from here on: what the one before did not answer, it will not answer. */
  taken(index: number): void
}

interface Pending {
  line: string
  /** In milliseconds of `performance.now()`. */
  deadline: number
  /** Undefined once it is answered. */
  resolve: ((reply: string) => void) | undefined
}

interface Lane {
  subject: string
  queue: Pending[]
  isBusy: boolean
  inFlight: Pending[]
  /** Whether the batch in flight may have reached an owner. */
  isSent: boolean
  sentAt: number
  /** Ends the wait for the answer to the batch in flight. */
  giveUp: () => void
}

const MOST_IN_BATCH = 512
const MOST_BATCH_CHARS = 1_000_000
const MOST_WAITING = 20_000
const OWNERLESS_RETRY_MS = 50
const SWEEP_MS = 100
/** What was sent so shortly before a new owner was heard of may have reached that one. */
const TAKEOVER_MS = 100

export function createLaneClient({ request, countLanes, subject }: LaneClientOptions): LaneClient {
  const lanes = new Map<number, Lane>()
  const count = createLaneCount(countLanes)
  const sweep = createSweep(() => lanes.values())

  const laneAt = (index: number): Lane => {
    let lane = lanes.get(index)
    if (!lane) {
      lane = {
        subject: subject(index),
        queue: [],
        isBusy: false,
        inFlight: [],
        isSent: false,
        sentAt: 0,
        giveUp: () => undefined,
      }
      lanes.set(index, lane)
    }
    return lane
  }
  const enqueue = (lane: Lane, line: string, deadline: number): Promise<string> => {
    if (lane.queue.length >= MOST_WAITING) return Promise.resolve(errorLine(unavailable().toJSON()))
    return new Promise((resolve) => {
      lane.queue.push({ line, deadline, resolve })
      if (lane.isBusy) return
      lane.isBusy = true
      sweep()
      setImmediate(() => void run(lane))
    })
  }
  const run = async (lane: Lane): Promise<void> => {
    while (lane.queue.length > 0) {
      takeBatch(lane)
      while (lane.inFlight.length > 0) await attempt(lane)
    }
    lane.isBusy = false
  }
  /** Leaves in flight what must be sent again. */
  const attempt = async (lane: Lane): Promise<void> => {
    const batch = lane.inFlight
    let latest = 0
    for (const { deadline } of batch) latest = Math.max(latest, deadline)
    lane.isSent = true
    lane.sentAt = performance.now()
    try {
      const payload = batch.map(({ line }) => line).join('\n')
      const given = new Promise<never>((_, reject) => (lane.giveUp = () => reject(new RpcError('timeout'))))
      const reply = await Promise.race([request(lane.subject, payload, latest - performance.now()), given])
      const replies = reply.split('\n')
      lane.inFlight = []
      for (const [i, pending] of batch.entries()) answer(pending, replies[i] ?? broken)
    } catch (err) {
      const error = err instanceof RpcError ? err : unavailable(err)
      const mayHelp = error.code === 'unavailable' && performance.now() + OWNERLESS_RETRY_MS < latest
      if (!mayHelp) {
        lane.inFlight = []
        for (const pending of batch) answer(pending, errorLine(error.toJSON()))
        return
      }
      lane.isSent = false
      count.recount()
      await new Promise((resolve) => setTimeout(resolve, OWNERLESS_RETRY_MS))
      const now = performance.now()
      lane.inFlight = batch.filter((pending) => !isOver(pending, now, 'unavailable'))
    }
  }

  return {
    forward: (shard, line, timeoutMs) => {
      const deadline = performance.now() + timeoutMs
      return count.with((lanesNow) => enqueue(laneAt(shard % lanesNow), line, deadline))
    },
    recount: count.recount,
    untilAnswered: () => {
      const last = [...lanes.values()].flatMap(({ queue }) => queue.at(-1) ?? [])
      return last.length > 0 ? Promise.all(last.map(answered)).then(() => undefined) : undefined
    },
    taken: (index) => {
      const lane = lanes.get(index)
      if (lane?.isSent && performance.now() - lane.sentAt >= TAKEOVER_MS) lane.giveUp()
    },
  }
}

/** Starts looking at what waits, and goes on for as long as something does. */
function createSweep(lanes: () => Iterable<Lane>): () => void {
  let timer: NodeJS.Timeout | undefined
  const sweep = (): void => {
    const now = performance.now()
    timer = undefined
    for (const lane of lanes()) {
      if (!lane.isBusy) continue
      timer ??= setTimeout(sweep, SWEEP_MS)
      for (const pending of lane.inFlight) isOver(pending, now, lane.isSent ? 'timeout' : 'unavailable')
      for (const pending of lane.queue) isOver(pending, now, 'unavailable')
    }
  }
  return () => {
    timer ??= setTimeout(sweep, SWEEP_MS)
  }
}

const broken = errorLine({ code: 'internal' })

function answer(pending: Pending, reply: string): void {
  pending.resolve?.(reply)
  pending.resolve = undefined
}

/** Resolves when a request has its answer. */
function answered(pending: Pending): Promise<void> {
  return new Promise((resolve) => {
    const { resolve: give } = pending
    pending.resolve = (reply) => {
      give?.(reply)
      resolve()
    }
  })
}

/** Moves what fits a batch from the queue into flight; answers those whose time is up. */
function takeBatch(lane: Lane): void {
  const now = performance.now()
  const batch: Pending[] = []
  let chars = 0
  let taken = 0
  for (const pending of lane.queue) {
    const { length } = pending.line
    if (batch.length === MOST_IN_BATCH || (batch.length > 0 && chars + length > MOST_BATCH_CHARS)) break
    taken++
    if (isOver(pending, now, 'unavailable')) continue
    batch.push(pending)
    chars += length
  }
  lane.queue.splice(0, taken)
  lane.inFlight = batch
}

/** Whether a request has its answer; one whose time is up gets it here. */
function isOver(pending: Pending, now: number, code: AnyErrorCode): boolean {
  if (pending.resolve && pending.deadline <= now) answer(pending, errorLine({ code }))
  return !pending.resolve
}
