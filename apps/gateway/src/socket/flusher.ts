import type { FrameKind, GatewayMetrics } from '../metrics.ts'

/** Writes out, once a turn of the event loop, what its sockets have gathered. */
export interface Flusher<Peer> {
  add(peer: Peer): void
  count(kind: FrameKind): void
  /** Those whose other side did not take everything at once. */
  lagging: Set<Peer>
}

export function createFlusher<Peer extends { flush(): void }>(
  metrics: Pick<GatewayMetrics, 'framesOut'>,
): Flusher<Peer> {
  let due: Peer[] = []
  const lagging = new Set<Peer>()

  const flushAll = (): void => {
    const peers = due
    due = []
    for (const peer of peers) peer.flush()
  }
  return {
    lagging,
    count: (kind) => metrics.framesOut(kind, 1),
    add: (peer) => {
      // After the events of this turn, before the loop waits for more.
      if (due.length === 0) setImmediate(flushAll)
      due.push(peer)
    },
  }
}
