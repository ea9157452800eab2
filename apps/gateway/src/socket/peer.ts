import type { Socket } from 'node:net'
import { closeCodes, type Caller, type CloseReason } from '@parley/protocol'
import type { Client } from '@parley/service-kit'
import type { WebSocket } from 'ws'
import type { Bucket } from '../limits.ts'
import type { FrameKind } from '../metrics.ts'
import type { Place } from './admission.ts'
import { encodeText } from './frames.ts'
import type { Flusher } from './flusher.ts'

/** Above this, what may be lost is. */
const BYTES_BEFORE_DROPPING = 65_536
export const MOST_BACKLOG_BYTES = 1_048_576
const SLOW_GRACE_MS = 1_000

export interface PeerOptions {
  ws: WebSocket
  raw: Socket
  place: Place
  address: string
  device: string | undefined
  flusher: Flusher<Peer>
  budget: Bucket
  now: number
}

/**
 * One client's socket and all that the gateway knows of it. Tens of thousands live in a process: no timers, no closures,
 * and nothing of the request stays.
 */
export class Peer {
  readonly ws: WebSocket
  readonly raw: Socket
  readonly place: Place
  readonly address: string
  readonly device: string | undefined
  readonly openedAt: number
  readonly #flusher: Flusher<Peer>

  /** Whom it speaks for; undefined until a credential was accepted. */
  caller: Caller | undefined
  /** When that credential ends, in milliseconds since 1970. */
  expiresAt = Infinity
  kid: string | undefined
  /** Counted among those who have shown no credential yet. */
  isStranger = false
  /** Frames that came while a credential is verified. */
  waiting: string[] | undefined

  /** Gets frames of its person from the bus. */
  isJoined = false
  /** The end of its last replay; what it is made whole from. */
  cursor: string | undefined
  /** The replays that are under way or due, one after the other. */
  replays: Promise<void> | undefined
  replaysDue = 0
  /** Live frames that wait for the end of a replay. */
  held: Buffer[] | undefined
  heldBytes = 0

  heardAt: number
  isPinged = false
  budget: Bucket
  warnings = 0
  warnedAt = -Infinity

  isClosing = false
  closeCode = 0
  #out: Buffer[] | undefined
  #outBytes = 0

  constructor({ ws, raw, place, address, device, flusher, budget, now }: PeerOptions) {
    this.ws = ws
    this.raw = raw
    this.place = place
    this.address = address
    this.device = device
    this.#flusher = flusher
    this.budget = budget
    this.openedAt = now
    this.heardAt = now
  }

  get client(): Client {
    const { address, device } = this
    return { address, ...(device !== undefined && { device }) }
  }

  /** Bytes that the other side has not taken yet. */
  get backlog(): number {
    return this.#outBytes + this.raw.writableLength
  }

  /** One frame of this process's own making. */
  send(json: string, kind: FrameKind = 'answer'): void {
    this.#flusher.count(kind)
    this.write(encodeText(json))
  }

  /** Sends frames at the end of this turn of the event loop, with all others of the turn in one write. */
  write(frames: Buffer): void {
    if (this.isClosing) return
    if (this.backlog > MOST_BACKLOG_BYTES) return this.close('too_slow')
    if (this.#out) this.#out.push(frames)
    else {
      this.#out = [frames]
      this.#flusher.add(this)
    }
    this.#outBytes += frames.length
  }

  /** Frames that may be lost: a slow socket does not get them. */
  offer(frames: Buffer): boolean {
    if (this.backlog > BYTES_BEFORE_DROPPING) return false
    this.write(frames)
    return true
  }

  setStranger(isStranger: boolean): void {
    this.place.strangers += Number(isStranger) - Number(this.isStranger)
    this.isStranger = isStranger
  }

  flush(): void {
    const out = this.#out
    if (!out) return
    this.#out = undefined
    this.#outBytes = 0
    if (this.raw.destroyed) return
    // One system call, and no copy: measured at a fifth of what `ws.send` costs per frame.
    this.raw.cork()
    for (const frames of out) this.raw.write(frames)
    this.raw.uncork()
    if (this.raw.writableLength > 0) this.#flusher.lagging.add(this)
  }

  close(reason: CloseReason, text = ''): void {
    this.closeWith(closeCodes[reason].code, text)
    if (reason === 'too_slow') setTimeout(() => this.ws.terminate(), SLOW_GRACE_MS)
  }

  closeWith(code: number, text = ''): void {
    if (this.isClosing) return
    this.flush()
    this.isClosing = true
    this.closeCode = code
    this.held = undefined
    this.waiting = undefined
    this.ws.close(code, text)
  }
}
