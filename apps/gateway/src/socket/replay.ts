import type { Socket } from 'node:net'
import { limits, pull, sync, type Output } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import { newTraceId } from '../trace-id.ts'
import { frameText } from './answers.ts'
import { Batch } from './batch.ts'
import { put } from './deliver.ts'
import type { Peer } from './peer.ts'
import { wantedFrames } from './topics.ts'

/** A page of what changed since a cursor. */
export interface Page {
  output: Output<typeof sync>
  frames: string[]
}

const MOST_DUE = 4
const WRITE_BYTES = 32_768
const RETRY_MS = 250
/** A restart of a service is shorter than this. */
export const RETRY_FOR_MS = 8_000

export const isTemporary = (err: unknown): boolean =>
  err instanceof RpcError && (err.code === 'unavailable' || err.code === 'timeout')

/** Runs until it works or the time is over; only what a retry can heal is tried again. */
export async function retrying<T>(forMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + forMs
  for (;;) {
    try {
      return await attempt()
    } catch (err) {
      if (!isTemporary(err) || performance.now() + RETRY_MS > deadline) throw err
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

export async function readPage(
  forward: Forward,
  peer: Peer,
  input: { cursor?: string | undefined; continuation?: string },
): Promise<Page> {
  const { json, frames } = await forward(sync, {
    caller: peer.caller,
    client: peer.client,
    traceId: newTraceId(),
    input,
  })
  return { output: JSON.parse(json) as Page['output'], frames }
}

/** Replays of one socket run one after the other: each holds live frames back until it ends. */
export function inTurn(peer: Peer, replay: () => Promise<void>): Promise<void> {
  if (peer.replaysDue >= MOST_DUE)
    return Promise.reject(new RpcError('rate_limited', { retry_after_ms: 1_000 }))
  peer.replaysDue += 1
  const before = peer.replays ?? Promise.resolve()
  const done = before.then(async () => {
    // Held from before the first question until after the last answer.
    if (peer.isClosing) return
    peer.held ??= []
    try {
      await replay()
    } finally {
      releaseHeld(peer)
      peer.replaysDue -= 1
      if (peer.replaysDue === 0) peer.replays = undefined
    }
  })
  peer.replays = done.catch(() => undefined)
  return done
}

/** Sends a page and those that go on from it, then what was held meanwhile, then the new cursor. */
export async function sendPages(forward: Forward, peer: Peer, first: Page): Promise<void> {
  let page = first
  for (;;) {
    await writePage(peer, page.frames)
    const { continuation } = page.output
    if (continuation === null || peer.isClosing) break
    page = await retrying(RETRY_FOR_MS, () => readPage(forward, peer, { continuation }))
  }
  peer.legacy?.endReplay()
  releaseHeld(peer)
  const { cursor } = page.output
  peer.cursor = cursor
  peer.send(frameText('caught_up', { cursor }))
}

/** Sends what changed in one conversation after a rev; gives the rev of the last change. */
export async function replayChanges(
  forward: Forward,
  peer: Peer,
  { conversation_id, after_rev }: { conversation_id: number; after_rev: number },
): Promise<number> {
  const { caller, client } = peer
  for (let rev = after_rev; ;) {
    const input = { conversation_id, after_rev: rev, limit: limits.page.max }
    const asked = { caller, client, traceId: newTraceId(), input }
    const { json, frames } = await retrying(RETRY_FOR_MS, () => forward(pull, asked))
    await writeFrames(peer, wantedFrames(frames, peer.topics))
    const output = JSON.parse(json) as Output<typeof pull>
    if (!output.has_more || peer.isClosing) return output.rev
    rev = output.rev
  }
}

/** Sends the live frames that have waited for the end of a replay. */
export function releaseHeld(peer: Peer): void {
  const { held } = peer
  peer.held = undefined
  peer.heldBytes = 0
  for (const batch of held ?? []) put(peer, batch)
}

async function writePage(peer: Peer, frames: readonly string[]): Promise<void> {
  if (!peer.legacy) return writeFrames(peer, wantedFrames(frames, peer.topics))
  for (const bytes of peer.legacy.replay(Batch.of(frames))) await writeBytes(peer, bytes)
}

/** No faster than the other side reads: what is replayed must not count as a slow reader's backlog. */
export async function writeFrames(peer: Peer, frames: readonly string[]): Promise<void> {
  for (const frame of frames) {
    if (peer.isClosing) return
    peer.send(frame, 'replay')
    await untilRead(peer)
  }
}

/** As `writeFrames`, for bytes. */
export async function writeBytes(peer: Peer, bytes: Buffer): Promise<void> {
  if (peer.isClosing) return
  peer.write(bytes)
  await untilRead(peer)
}

async function untilRead(peer: Peer): Promise<void> {
  if (peer.backlog < WRITE_BYTES) return
  peer.flush()
  if (peer.raw.writableNeedDrain) await drained(peer.raw)
}

const drained = (raw: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      raw.off('drain', done).off('close', done)
      resolve()
    }
    raw.on('drain', done).on('close', done)
  })
