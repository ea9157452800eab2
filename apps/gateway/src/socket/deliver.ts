import type { Batch } from './batch.ts'
import type { Peer } from './peer.ts'

export const MOST_HELD_BYTES = 1_048_576

/** Frames that must not be lost: during a replay they wait, so that what they change is there already. */
export function deliver(peer: Peer, batch: Batch): void {
  if (!peer.held && peer.legacy?.misses(batch)) {
    // What is missing between comes first.
    peer.held = []
    peer.legacy.heal()
  }
  if (!peer.held) return put(peer, batch)
  peer.held.push(batch)
  peer.heldBytes += batch.encoded.bytes.length
  if (peer.heldBytes > MOST_HELD_BYTES) peer.close('too_slow')
}

/** Writes frames in the words of the socket. */
export function put(peer: Peer, batch: Batch): void {
  const bytes = peer.legacy ? peer.legacy.translate(batch) : batch.encoded.bytes
  if (bytes) peer.write(bytes)
}

/** Frames that may be lost: a slow socket does not get them. */
export function offer(peer: Peer, batch: Batch): boolean {
  if (peer.isLate) return false
  put(peer, batch)
  return true
}
