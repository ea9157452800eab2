import type { FrameKind, GatewayMetrics } from '../metrics.ts'

/** Writes out, once a turn of the event loop, what its sockets have gathered. */
export interface Flusher<Peer> {
  add(peer: Peer): void
  /** Answers do not wait for others: their socket is written out in this turn. */
  hurry(peer: Peer): void
  count(kind: FrameKind): void
  /** Runs once what sockets have gathered by now is written out; at once, where they have gathered nothing. */
  onceWritten(run: (isWritten: boolean) => void): void
  /** What is due to a socket as one piece, for one system call. Sockets that get the same share the copy. */
  join(out: readonly Buffer[]): Buffer
  /** Those whose other side did not take everything at once. */
  lagging: Set<Peer>
}

const LONG_ROUND_MS = 2
const ARRIVED_MEANWHILE_MS = 1
const LONGEST_WAIT_MS = 10

export function createFlusher<Peer extends { flush(): void }>(
  metrics: Pick<GatewayMetrics, 'framesOut'>,
): Flusher<Peer> {
  let due: Peer[] = []
  let hurried: Peer[] = []
  const awaiting: ((isWritten: boolean) => void)[] = []
  const round = { endedAt: -Infinity, ms: 0 }
  const lagging = new Set<Peer>()
  let last: { parts: readonly Buffer[]; bytes: Buffer } | undefined

  const flush = (peers: readonly Peer[]): void => {
    for (const peer of peers) peer.flush()
    last = undefined
  }
  const flushDue = (): void => {
    const startedAt = performance.now()
    const peers = due
    due = []
    flush(peers)
    for (const run of awaiting.splice(0)) run(true)
    round.endedAt = performance.now()
    round.ms = round.endedAt - startedAt
  }
  const flushHurried = (): void => {
    const peers = hurried
    hurried = []
    flush(peers)
  }
  /** What came while a long round of writes ran has more behind it: a wait as long as that round lets them share one. */
  const schedule = (): void => {
    const isCrowded = round.ms > LONG_ROUND_MS && performance.now() - round.endedAt < ARRIVED_MEANWHILE_MS
    if (isCrowded) setTimeout(flushDue, Math.min(round.ms, LONGEST_WAIT_MS))
    else setImmediate(flushDue)
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
      if (due.length === 0) schedule()
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
