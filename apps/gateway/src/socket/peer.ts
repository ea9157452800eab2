import type { Socket } from 'node:net'
import { closeCodes, type Caller, type CloseReason } from '@parley/protocol'
import type { Client } from '@parley/service-kit'
import type { WebSocket } from 'ws'
import type { Bucket } from '../limits.ts'
import type { LegacySocket } from '../legacy/legacy-socket.ts'
import type { FrameKind } from '../metrics.ts'
import type { Watch } from '../presence/watch.ts'
import type { Place } from './admission.ts'
import { Batch } from './batch.ts'
import { encodeText } from './frames.ts'
import type { Flusher } from './flusher.ts'
import type { Topics } from './topics.ts'

/** Above this, what may be lost is. */
const BYTES_BEFORE_DROPPING = 65_536
export const MOST_BACKLOG_BYTES = 1_048_576
const SLOW_GRACE_MS = 1_000

const none: ReadonlySet<number> = new Set()

export interface PeerOptions {
  ws: WebSocket
  raw: Socket
  place: Place
  address: string
  device: string | undefined
  origin: string | undefined
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
  readonly origin: string | undefined
  readonly openedAt: number
  readonly #flusher: Flusher<Peer>

  /** What it speaks instead of the native protocol; undefined for a native socket. */
  legacy: LegacySocket | undefined
  /** Whom it speaks for; undefined until a credential was accepted. */
  caller: Caller | undefined
  /** When that credential ends, in milliseconds since 1970. */
  expiresAt = Infinity
  kid: string | undefined
  /** Counted among those who have shown no credential yet. */
  isStranger = false
  /** Counted among the sockets of its address. */
  isCounted = true
  /** Frames that came while a credential is verified. */
  waiting: string[] | undefined

  /** Gets frames of its person from the bus. */
  isJoined = false
  /** Whether the client has said that nobody looks at it. */
  isAway = false
  watch: Watch | undefined
  /** What it still gets after it has narrowed that; undefined for all. */
  topics: Topics | undefined
  /** Conversations that it looks at, or has asked to. */
  attached: ReadonlySet<number> = none
  /** The end of its last replay; what it is made whole from. */
  cursor: string | undefined
  /** The replays that are under way or due, one after the other. */
  replays: Promise<void> | undefined
  replaysDue = 0
  /** Live frames that wait for the end of a replay. */
  held: Batch[] | undefined
  heldBytes = 0

  heardAt: number
  /** When it was asked for a sign of life that has not come yet; Infinity when it was not asked. */
  pingedAt = Infinity
  budget: Bucket
  warnings = 0
  warnedAt = -Infinity

  isClosing = false
  closeCode = 0
  #client: Client | undefined
  #out: Buffer[] | undefined
  #outBytes = 0

  constructor({ ws, raw, place, address, device, origin, flusher, budget, now }: PeerOptions) {
    this.ws = ws
    this.raw = raw
    this.place = place
    this.address = address
    this.device = device
    this.origin = origin
    this.#flusher = flusher
    this.budget = budget
    this.openedAt = now
    this.heardAt = now
  }

  /** Made for the first request of a socket, and the same for all. */
  get client(): Client {
    const { address, device, origin } = this
    return (this.#client ??= { address, device, origin })
  }

  /** Bytes that the other side has not taken yet. */
  get backlog(): number {
    return this.#outBytes + this.raw.writableLength
  }

  /** One frame of this process's own making. */
  send(json: string, kind: FrameKind = 'answer'): void {
    this.#flusher.count(kind)
    const bytes = this.legacy ? this.legacy.translate(Batch.of([json])) : encodeText(json)
    if (!bytes || !this.#gather(bytes)) return
    if (kind === 'answer') this.#flusher.hurry(this)
    else if (this.#out?.length === 1) this.#flusher.add(this)
  }

  /** Sends frames at the end of this turn of the event loop, with all others of the turn in one write. */
  write(frames: Buffer): void {
    if (this.#gather(frames) && this.#out?.length === 1) this.#flusher.add(this)
  }

  /** False where nothing more may be sent. */
  #gather(frames: Buffer): boolean {
    if (this.isClosing) return false
    if (this.backlog > MOST_BACKLOG_BYTES) {
      this.close('too_slow')
      return false
    }
    if (this.#out) this.#out.push(frames)
    else this.#out = [frames]
    this.#outBytes += frames.length
    return true
  }

  /** So far behind that it does not get what may be lost. */
  get isLate(): boolean {
    return this.backlog > BYTES_BEFORE_DROPPING
  }

  /** Tells the client that its socket is open, where that was kept back until it misses nothing any more. */
  letOpen(): void {
    this.raw.uncork()
  }

  setStranger(isStranger: boolean): void {
    if (isStranger === this.isStranger) return
    this.isStranger = isStranger
    this.place.changeStrangers(isStranger ? 1 : -1)
  }

  flush(): void {
    const out = this.#out
    if (!out) return
    this.#out = undefined
    this.#outBytes = 0
    if (this.raw.destroyed) return
    this.raw.write(this.#flusher.join(out))
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
    this.letOpen()
  }
}
