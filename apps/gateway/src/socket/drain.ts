import { setTimeout as delay } from 'node:timers/promises'
import { frameText } from './answers.ts'
import type { Peer } from './peer.ts'

export interface DrainOptions {
  all: Set<Peer>
  seconds: number
}

const LOOK_MS = 50
const CLOSE_MS = 1_000
/** Part of the time over which clients are asked to leave; the rest is for those who are late. */
const SPREAD = 0.8

/** Asks every client to open a socket elsewhere, each at a time of its own, and closes who is left at the end. */
export async function drainSockets({ all, seconds }: DrainOptions): Promise<void> {
  const periodMs = seconds * 1_000
  for (const peer of all) {
    if (!peer.caller) peer.close('going_away')
    const reconnectInMs = Math.floor(Math.random() * periodMs * SPREAD)
    // A legacy client knows nothing but that its socket closed.
    if (peer.legacy) setTimeout(() => peer.close('going_away'), reconnectInMs)
    else peer.send(frameText('goaway', { reconnect_in_ms: reconnectInMs }))
  }
  await emptied(all, periodMs)
  for (const peer of all) peer.close('going_away')
  await emptied(all, CLOSE_MS)
  for (const peer of all) peer.ws.terminate()
}

async function emptied(all: Set<Peer>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (all.size > 0 && performance.now() < deadline) await delay(LOOK_MS)
}
