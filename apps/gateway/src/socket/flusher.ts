import type { FrameKind, GatewayMetrics } from '../metrics.ts'

/** Writes out, once a turn of the event loop, what its sockets have gathered. */
export interface Flusher<Peer> {
  add(peer: Peer): void
  /** Answers do not wait for others: their socket is written out in this turn, and need not be added. */
  hurry(peer: Peer): void
  count(kind: FrameKind): void
  /** Runs once what sockets have gathered by now is written out; at once, where they have gathered nothing. */
  onceWritten(run: (isWritten: boolean) => void): void
  /** What is due to a socket as one piece, for one system call. Sockets that get the same share the copy. */
  join(out: readonly Buffer[]): Buffer
  /** Those whose other side did not take everything at once. */
  lagging: Set<Peer>
}

export interface FlusherOptions {
  metrics: Pick<GatewayMetrics, 'framesOut'>
  /** Resolves once what waits for its turn in a lane is answered, and so has told what it tells; undefined for nothing. */
  untilAnswered: () => Promise<void> | undefined
}

/** What the write of one socket takes, until it is measured. */
const WRITE_MS = 0.008
/** A round of so many says what one takes. */
const MANY = 100
const LONG_ROUND_MS = 2
const ARRIVED_MEANWHILE_MS = 1
const LONGEST_WAIT_MS = 10

export function createFlusher<Peer extends { flush(): void }>({
  metrics,
  untilAnswered,
}: FlusherOptions): Flusher<Peer> {
  let due: Peer[] = []
  let hurried: Peer[] = []
  const awaiting: ((isWritten: boolean) => void)[] = []
  const round = { endedAt: -Infinity, ms: 0, writeMs: WRITE_MS }
  let waiting: NodeJS.Timeout | undefined
  const lagging = new Set<Peer>()
  let last: { parts: readonly Buffer[]; bytes: Buffer } | undefined

  const flush = (peers: readonly Peer[]): void => {
    for (const peer of peers) peer.flush()
    last = undefined
  }
  const flushDue = (): void => {
    const startedAt = performance.now()
    waiting = undefined
    const peers = due
    due = []
    flush(peers)
    for (const run of awaiting.splice(0)) run(true)
    round.endedAt = performance.now()
    round.ms = round.endedAt - startedAt
    if (peers.length >= MANY) round.writeMs = round.ms / peers.length
  }
  const flushHurried = (): void => {
    const peers = hurried
    hurried = []
    flush(peers)
  }
  /**
   * A round of writes that will be long waits for what is known to come behind it, so that they share one: for what waits for
   * its turn in a lane, and, where this came during a round that was long, for as long as the writes will take.
   */
  const flushOrWait = (cameAt: number): void => {
    const writesMs = due.length * round.writeMs
    if (writesMs < LONG_ROUND_MS) return flushDue()
    const more = untilAnswered()
    const isCrowded = round.ms > LONG_ROUND_MS && cameAt - round.endedAt < ARRIVED_MEANWHILE_MS
    if (!more && !isCrowded) return flushDue()
    const timer = setTimeout(flushDue, Math.min(writesMs, LONGEST_WAIT_MS))
    waiting = timer
    void more?.then(() => {
      if (waiting !== timer) return
      clearTimeout(timer)
      setImmediate(flushDue)
    })
  }
  return {
    lagging,
    join: (out) => {
      if (out.length === 1) return out[0] as Buffer
      if (!last || !isSame(last.parts, out)) last = { parts: out, bytes: Buffer.concat(out) }
      return last.bytes
    },
    onceWritten: (run) => {
      if (due.length > 0) awaiting.push(run)
      else run(false)
    },
    count: (kind) => metrics.framesOut(kind, 1),
    add: (peer) => {
      // After the events of this turn, before the loop waits for more.
      if (due.length === 0) setImmediate(flushOrWait, performance.now())
      due.push(peer)
    },
    hurry: (peer) => {
      if (hurried.length === 0) setImmediate(flushHurried)
      hurried.push(peer)
    },
  }
}

const isSame = (some: readonly Buffer[], others: readonly Buffer[]): boolean =>
  some.length === others.length && some.every((part, i) => part === others[i])
