import { setTimeout as delay } from 'node:timers/promises'
import type { Conversation, Match } from '@parley/protocol'
import type { Person } from '../client/people.ts'
import type { Frame } from '../client/socket.ts'
import { Commands, type Command } from './commands.ts'
import { ConversationLog, type DurableFrame } from './conversation-log.ts'
import { Credentials } from './credentials.ts'
import { sendUntilAcked } from './http-sends.ts'
import { openLink, type Link } from './link.ts'
import { newNotes } from './notes.ts'
import type { Random } from './random.ts'
import { Repairs, type Pulled } from './repairs.ts'
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
const LOOK_MS = 100
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
  readonly #repairs: Repairs
  readonly #underWay = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  readonly #looking: NodeJS.Timeout
  #link: Link | undefined
  #isSession = false
  #isRenewing = false
  #done: Promise<void>

  constructor(options: ClientOptions) {
    const { notes } = this
    const { gateways, person, random } = options
    this.#options = options
    this.person = options.person
    this.credentials = new Credentials({ gateways, person, random, notes, signal: this.stopped })
    const transmit = (frame: Frame): boolean => this.#transmit(frame)
    this.#commands = new Commands({ transmit, random, notes })
    this.#repairs = new Repairs({ transmit, logOf: (id) => this.log(id), random, notes })
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
    this.#done = this.#live()
  }

  /** Has a session, and has everything that was missed. */
  get isWhole(): boolean {
    return this.#isSession && this.#repairs.isWhole
  }

  /** Whatever is tried for it ends with it. */
  get stopped(): AbortSignal {
    return this.#stop.signal
  }

  /** What was begun and has no answer yet. */
  get unacked(): number {
    return this.#commands.count + this.#underWay.size
  }

  /** The person, with a token that counts now. */
  async signedIn(): Promise<Person> {
    return { ...this.person, token: await this.credentials.token() }
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
    const done = sendUntilAcked(send, { gateways, credentials, random, notes, signal: this.stopped }).finally(
      () => this.#underWay.delete(done),
    )
    this.#underWay.add(done)
  }

  /** Asks for what was missed; once it has a session. */
  sync(): void {
    this.#repairs.sync()
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
          const { cursor } = this.#repairs
          this.#link?.send({ type: 'hello', ...(cursor !== undefined && { cursor }) })
        },
        frame: (frame) => {
          this.#receive(frame)
          wasWhole ||= this.isWhole
        },
        closed: (code) => {
          this.#isSession = false
          this.#repairs.disconnected()
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
    else if ('rev' in frame && frame.type !== 'ack') this.#repairs.show(frame as unknown as DurableFrame)
    else if (frame.type === 'caught_up') this.#repairs.caughtUp(String(frame['cursor']))
    else if (frame.type === 'new_match') {
      const { id, conversation_id } = frame['match'] as Match
      this.matches.set(id, conversation_id)
    } else if (frame.type === 'conversation_update' && frame['event'] === 'conversation.behind')
      this.#repairs.fellBehind((frame['conversation'] as Conversation).id)
    else if (frame.type === 'response') this.#repairs.pulled(frame['result'] as Pulled)
    else if (frame.type === 'ack') this.#commands.receive(frame)
    else if (frame.type === 'goaway') this.#leave(Number(frame['reconnect_in_ms']))
    else if (frame.type === 'error') this.#refused(frame)
    else if (frame.type === 'reset') {
      this.notes.faults.push(`${this.person.username} was reset: ${String(frame['reason'])}`)
      this.#repairs.reset()
    }
  }

  #welcomed({ heartbeat_ms }: Frame): void {
    if (this.#link) this.#link.heartbeatMs = Number(heartbeat_ms)
    this.notes.connects += 1
    this.#isSession = true
    this.#repairs.begun()
    this.#commands.resend()
  }

  /** When the gateway says, for another one. */
  #leave(inMs: number): void {
    const link = this.#link
    setTimeout(() => link?.close(), inMs).unref()
  }

  #refused(frame: Frame): void {
    if (this.#repairs.refused(frame) || !this.#commands.receive(frame)) this.notes.refused += 1
  }

  /** What time brings about: answers that are due, gaps that stay, a token that ends, a sync. */
  #look(): void {
    const now = performance.now()
    this.#commands.look()
    if (!this.#isSession) return
    this.#repairs.look(now)
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
