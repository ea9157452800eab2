import { setTimeout as delay } from 'node:timers/promises'
import type { Match } from '@parley/protocol'
import type { Person } from '../client/people.ts'
import type { Frame } from '../client/socket.ts'
import { Commands, type Command } from './commands.ts'
import { ConversationLog, type DurableFrame } from './conversation-log.ts'
import { Credentials } from './credentials.ts'
import { sendUntilAcked } from './http-sends.ts'
import { openLink, type Link } from './link.ts'
import { newNotes } from './notes.ts'
import type { Random } from './random.ts'
import { acknowledge, type Ack, type Send } from './sends.ts'

export interface ClientOptions {
  gateways: readonly string[]
  person: Person
  random: Random
  /** Whether it renews its token over the open socket, or lets the server close it with 4301. */
  renewsInTime: boolean
  /** A message was shown for the first time, one's own too. */
  onShown: (client_id: string, by: Client) => void
}

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 5_000
const GAP_MS = 500
const LOOK_MS = 100
const SYNC_MS = 300_000
const TOKEN_EXPIRED = 4301
const NO_RECONNECT = { from: 4400, to: 4999 }

/** A client that does what the contract asks of it, and notes whatever the server should not have done. */
export class Client {
  readonly notes = newNotes()
  readonly logs = new Map<number, ConversationLog>()
  /** Conversations by the matches that it was told of. */
  readonly matches = new Map<number, number>()
  readonly credentials: Credentials
  readonly person: Person
  readonly #options: ClientOptions
  readonly #commands: Commands
  readonly #underWay = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  readonly #looking: NodeJS.Timeout
  readonly #gapSince = new Map<number, number>()
  readonly #pulling = new Set<number>()
  #link: Link | undefined
  #isSession = false
  #isReplaying = false
  #cursor: string | undefined
  #nextSyncAt = Infinity
  #isRenewing = false
  #done: Promise<void>

  constructor(options: ClientOptions) {
    const { notes } = this
    const { gateways, person, random } = options
    this.#options = options
    this.person = options.person
    this.credentials = new Credentials({ gateways, person, random, notes })
    this.#commands = new Commands({ transmit: (frame) => this.#transmit(frame), random, notes })
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
    this.#done = this.#live()
  }

  /** Has a session, and has everything that was missed. */
  get isWhole(): boolean {
    return this.#isSession && !this.#isReplaying && this.#gapSince.size === 0
  }

  get hasUnacked(): boolean {
    return !this.#commands.isEmpty || this.#underWay.size > 0
  }

  log(conversation_id: number): ConversationLog {
    let log = this.logs.get(conversation_id)
    if (!log) {
      log = new ConversationLog((client_id) => this.#options.onShown(client_id, this))
      this.logs.set(conversation_id, log)
    }
    return log
  }

  /** Over the socket, until it is acknowledged. */
  command(command: Command): void {
    this.#commands.add(command)
  }

  send(send: Send, way: 'socket' | 'http'): void {
    const { client_id, conversation_id, content } = send
    if (way === 'socket') {
      const frame = { type: 'chat_message', ref: client_id, client_id, conversation_id, content }
      return this.command({ frame, onAck: (ack) => acknowledge(send, ack as unknown as Ack) })
    }
    const { gateways, random } = this.#options
    const { credentials, notes } = this
    const done = sendUntilAcked(send, { gateways, credentials, random, notes }).finally(() =>
      this.#underWay.delete(done),
    )
    this.#underWay.add(done)
  }

  /** Asks for what was missed, which a client does about every 5 minutes. */
  sync(): void {
    const { random } = this.#options
    if (this.#cursor !== undefined) this.#transmit({ type: 'sync', cursor: this.#cursor })
    this.#nextSyncAt = performance.now() + SYNC_MS * (0.5 + random.next())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking)
    this.#stop.abort()
    this.#link?.close()
    await this.#done
  }

  async #live(): Promise<void> {
    const { random } = this.#options
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      const token = await this.credentials.token()
      const { code, wasWhole } = await this.#connect(token)
      if (this.#stop.signal.aborted) return
      if (wasWhole) failures = 0
      if (code === TOKEN_EXPIRED) await this.credentials.renew()
      else if (wasWhole) this.notes.closes += 1
      if (code >= NO_RECONNECT.from && code <= NO_RECONNECT.to)
        this.notes.faults.push(`${this.person.username} was closed with ${code}`)
      const mostMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures)
      await delay(random.next() * mostMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
    }
  }

  /** One socket to any gateway, until it ends. */
  #connect(token: string): Promise<{ code: number; wasWhole: boolean }> {
    const { gateways, random } = this.#options
    let wasWhole = false
    return new Promise((resolve) => {
      this.#link = openLink(random.pick(gateways), token, {
        opened: () => {
          const cursor = this.#cursor
          this.#link?.send({ type: 'hello', ...(cursor !== undefined && { cursor }) })
        },
        frame: (frame) => {
          this.#receive(frame)
          wasWhole ||= this.isWhole
        },
        closed: (code) => {
          this.#isSession = false
          this.#pulling.clear()
          this.#commands.disconnected()
          resolve({ code, wasWhole })
        },
      })
    })
  }

  #transmit(frame: Frame): boolean {
    if (!this.#isSession) return false
    this.#link?.send(frame)
    return true
  }

  #receive(frame: Frame): void {
    if (frame.type === 'welcome') this.#welcomed(frame)
    else if ('rev' in frame && frame.type !== 'ack') this.#show(frame as unknown as DurableFrame)
    else if (frame.type === 'caught_up') this.#caughtUp(String(frame['cursor']))
    else if (frame.type === 'new_match') {
      const { id, conversation_id } = frame['match'] as Match
      this.matches.set(id, conversation_id)
    } else if (frame.type === 'response')
      this.#pulled(frame['result'] as { conversation_id: number; rev: number })
    else if (frame.type === 'ack') this.#commands.receive(frame)
    else if (frame.type === 'error') this.#refused(frame)
    else if (frame.type === 'reset') {
      this.notes.faults.push(`${this.person.username} was reset: ${String(frame['reason'])}`)
      this.#cursor = undefined
    }
  }

  #welcomed({ heartbeat_ms }: Frame): void {
    if (this.#link) this.#link.heartbeatMs = Number(heartbeat_ms)
    this.notes.connects += 1
    this.#isSession = this.#isReplaying = true
    this.#commands.resend()
  }

  #caughtUp(cursor: string): void {
    this.#cursor = cursor
    this.#isReplaying = false
    if (this.#nextSyncAt === Infinity) this.#nextSyncAt = performance.now() + SYNC_MS
  }

  #show(frame: DurableFrame): void {
    const log = this.log(frame.conversation_id)
    const fate = log.receive(frame, this.#isReplaying)
    if (fate === 'dropped') this.notes.dropped += 1
    this.#noteGap(frame.conversation_id, log)
  }

  #noteGap(conversation_id: number, log: ConversationLog): void {
    if (!log.hasGap) return void this.#gapSince.delete(conversation_id)
    if (this.#gapSince.has(conversation_id)) return
    this.#gapSince.set(conversation_id, performance.now())
    this.notes.gaps += 1
  }

  #pull(conversation_id: number): void {
    const after_rev = this.log(conversation_id).rev
    const ref = `pull ${conversation_id}`
    if (!this.#transmit({ type: 'pull', ref, conversation_id, after_rev })) return
    this.#pulling.add(conversation_id)
    this.notes.pulls += 1
  }

  #pulled({ conversation_id, rev }: { conversation_id: number; rev: number }): void {
    const log = this.log(conversation_id)
    log.completeUpTo(rev)
    this.#pulling.delete(conversation_id)
    this.#noteGap(conversation_id, log)
  }

  #refused(frame: Frame): void {
    this.#pulling.delete(Number(String(frame['ref']).replace('pull ', '')))
    if (!this.#commands.receive(frame)) this.notes.refused += 1
  }

  /** What time brings about: answers that are due, gaps that stay, a token that ends, a sync. */
  #look(): void {
    const now = performance.now()
    this.#commands.look()
    if (!this.#isSession) return
    for (const [id, since] of this.#gapSince)
      if (now - since > GAP_MS && !this.#pulling.has(id)) this.#pull(id)
    if (now > this.#nextSyncAt) this.sync()
    if (this.#options.renewsInTime && this.credentials.leftMs < 0) void this.#authenticateAgain()
  }

  async #authenticateAgain(): Promise<void> {
    if (this.#isRenewing) return
    this.#isRenewing = true
    const token = await this.credentials.token()
    this.#transmit({ type: 'authenticate', token })
    this.#isRenewing = false
  }
}
