import { secondsSinceCommit, tracesOf, type Tracing } from '@parley/service-kit'
import type { GatewayMetrics } from '../metrics.ts'
import type { Flusher } from './flusher.ts'
import type { Peer } from './peer.ts'

type Stamp = Parameters<typeof secondsSinceCommit>[0]

/** Notes what a message says of itself besides its frames, when these are written to sockets. */
export type NoteDelivery = (stamp: Stamp) => void

export interface DeliveryOptions {
  flusher: Pick<Flusher<Peer>, 'onceWritten'>
  metrics: Pick<GatewayMetrics, 'delivered'>
  tracing: Tracing | undefined
}

/** How late frames are, and the end of the traces that they belong to. */
export function createDeliveryNotes({ flusher, metrics, tracing }: DeliveryOptions): NoteDelivery {
  return (stamp) => {
    const spans = tracing ? tracesOf(stamp).map((traceparent) => tracing.begin('deliver', traceparent)) : []
    flusher.onceWritten((isWritten) => {
      for (const span of spans) span.end({ attributes: { written: isWritten } })
      const seconds = isWritten ? secondsSinceCommit(stamp) : undefined
      if (seconds !== undefined) metrics.delivered(seconds)
    })
  }
}
