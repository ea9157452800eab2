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
/** A round of writes to so many says what one takes. */
const MANY = 100
const LONG_ROUND_MS = 2
const ARRIVED_MEANWHILE_MS = 1
const LONGEST_WAIT_MS = 10

export function createFlusher<Peer extends { flush(): void }>({
  metrics,
  untilAnswered,
}: FlusherOptions): Flusher<Peer> {
  /** Of this turn of the event loop. */
  let due: Peer[] = []
  let hurried: Peer[] = []
  /** Those of a long round, from turns before, that waits for more. */
  let held: Peer[] = []
  let holding: NodeJS.Timeout | undefined
  const awaiting: ((isWritten: boolean) => void)[] = []
  let round = { endedAt: -Infinity, ms: 0, writeMs: WRITE_MS }
  const lagging = new Set<Peer>()
  let last: { parts: readonly Buffer[]; bytes: Buffer } | undefined

  const flush = (peers: readonly Peer[]): void => {
    for (const peer of peers) peer.flush()
    last = undefined
  }
  const write = (peers: readonly Peer[]): void => {
    const startedAt = performance.now()
    flush(peers)
    const endedAt = performance.now()
    const ms = endedAt - startedAt
    if (peers.length >= MANY) round = { endedAt, ms, writeMs: ms / peers.length }
    if (due.length + held.length === 0) for (const run of awaiting.splice(0)) run(true)
  }
  const writeHeld = (): void => {
    const peers = held
    held = []
    holding = undefined
    write(peers)
  }
  const writeHurried = (): void => {
    const peers = hurried
    hurried = []
    flush(peers)
  }
  const hold = (peers: Peer[], { forMs, more }: { forMs: number; more: Promise<void> | undefined }): void => {
    held = peers
    const timer = setTimeout(writeHeld, Math.min(forMs, LONGEST_WAIT_MS))
    holding = timer
    void more?.then(() => {
      if (holding !== timer) return
      clearTimeout(timer)
      setImmediate(writeHeld)
    })
  }
  /**
   * A round of writes that will be long waits for what is known to come behind it, so that they share one: for what waits for
   * its turn in a lane, and, where this came during a round that was long, for as long as the writes will take.
   */
  const writeOrHold = (cameAt: number): void => {
    const peers = due
    due = []
    const forMs = peers.length * round.writeMs
    if (forMs < LONG_ROUND_MS) return write(peers)
    if (held.length > 0) {
      held = held.concat(peers)
      return
    }
    const more = untilAnswered()
    const isCrowded = round.ms > LONG_ROUND_MS && cameAt - round.endedAt < ARRIVED_MEANWHILE_MS
    if (more || isCrowded) hold(peers, { forMs, more })
    else write(peers)
  }
  return {
    lagging,
    join: (out) => {
      if (out.length === 1) return out[0] as Buffer
      if (!last || !isSame(last.parts, out)) last = { parts: out, bytes: Buffer.concat(out) }
      return last.bytes
    },
    onceWritten: (run) => {
      if (due.length + held.length > 0) awaiting.push(run)
      else run(false)
    },
    count: (kind) => metrics.framesOut(kind, 1),
    add: (peer) => {
      // After the events of this turn, before the loop waits for more.
      if (due.length === 0) setImmediate(writeOrHold, performance.now())
      due.push(peer)
    },
    hurry: (peer) => {
      if (hurried.length === 0) setImmediate(writeHurried)
      hurried.push(peer)
    },
  }
}

const isSame = (some: readonly Buffer[], others: readonly Buffer[]): boolean =>
  some.length === others.length && some.every((part, i) => part === others[i])
