import { syncMs } from './backoff.ts'
import type { Connection } from './connection.ts'
import type { Environment } from './environment.ts'
import { RpcError } from './errors.ts'
import { Inbox } from './inbox.ts'
import { Link } from './link.ts'
import { laneOf, type LocalMessage, LocalMessages } from './local-messages.ts'
import type { State } from './machine.ts'
import { Outbox } from './outbox.ts'
import type { PullAnswer } from './repairs.ts'
import { Requests } from './requests.ts'
import type { Signal } from './signals.ts'
import { Cell } from './source.ts'
import type { Stored } from './storage.ts'
import type { AnyFrame, SendAck, SendFields } from './wire.ts'

const PULL_LIMIT = 200
/** Coming back into view asks for lost events, but not more often. */
const RESYNC_MS = 30_000

export interface RealtimeOptions {
  /** Where the gateway is. */
  url: URL
  environment: Environment
  deadlineMs: number
  cursor: Stored<string>
  unsent: Stored<LocalMessage[]>
  credential: (renew: boolean) => Promise<string>
  /** Tells the application; gives the work that its listeners go on with. */
  emit: (frame: AnyFrame) => Promise<void>[]
}

/** The parts that keep events coming and messages going, joined. */
export class Realtime {
  readonly requests: Requests
  readonly messages: LocalMessages
  readonly state: Cell<State>
  readonly #options: RealtimeOptions
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #link: Link
  #ready: Connection | undefined
  #loaded: Promise<void> | undefined
  /** Counts the people whose client this was. */
  #owner = 0
  #stopSignals = () => {}
  #stopSync = () => {}
  #syncedAt = 0

  constructor(options: RealtimeOptions) {
    const { environment, url, credential, deadlineMs, emit, cursor, unsent } = options
    this.#options = options
    this.state = new Cell<State>({ name: 'idle' }, environment.report)
    this.requests = new Requests({ after: environment.after, deadlineMs })
    this.messages = new LocalMessages({ environment, save: (messages) => void unsent.save(messages) })
    this.#outbox = new Outbox({ environment, requests: this.requests, messages: this.messages })
    this.#inbox = new Inbox({
      environment,
      emit,
      pull: (conversationId, afterRev) => this.#pull(conversationId, afterRev),
      moved: (moved) => void cursor.save(moved),
    })
    this.#link = new Link({
      url: socketUrl(url),
      environment,
      credential,
      open: () => this.#open(),
      on: {
        state: (state) => this.#changed(state),
        ready: (connection) => this.#switch(connection),
        answer: (frame) => this.requests.receive(frame),
        forgetCursor: () => this.#reset(),
      },
    })
  }

  /** Takes up what an earlier client left, and connects. */
  async connect(): Promise<void> {
    await this.load()
    this.requests.start()
    this.#outbox.start()
    this.#stopSignals()
    this.#stopSignals = this.#options.environment.signals((signal) => this.#hear(signal))
    this.#link.dispatch({ type: 'connect' })
  }

  /** Resolves when what must be kept is kept. */
  async close(): Promise<void> {
    this.#link.dispatch({ type: 'close' })
    await this.#loaded
    await Promise.all([this.#options.cursor.flush(), this.#options.unsent.flush()])
  }

  signedOut(): void {
    this.#link.dispatch({ type: 'signed_out' })
  }

  /** Reads what an earlier client left, once. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }

  send(client_id: string, fields: SendFields): Promise<SendAck> {
    // Also without a connection the message is to be kept.
    this.load().catch(this.#options.environment.report)
    const acked = this.messages.add(client_id, fields)
    this.#outbox.wake(laneOf(fields))
    return acked
  }

  retry(client_id: string): Promise<SendAck> {
    const { fields, acked } = this.messages.revive(client_id)
    this.#outbox.wake(laneOf(fields))
    return acked
  }

  /** Whether a socket is open for commands. */
  get isReady(): boolean {
    return this.#ready !== undefined
  }

  /** Sends a frame that is worth nothing later; without a socket it is dropped. */
  tell(frame: AnyFrame): void {
    this.#ready?.send(frame)
  }

  /** Forgets what belongs to a person who is no longer the one, also what is kept and was not read yet. */
  forget(): void {
    this.#link.dispatch({ type: 'close' })
    this.#owner += 1
    this.#inbox.forget()
    this.messages.clear()
    void this.#options.cursor.save(undefined)
  }

  async #load(): Promise<void> {
    const owner = this.#owner
    const [cursor, unsent] = await Promise.all([this.#options.cursor.load(), this.#options.unsent.load()])
    if (owner !== this.#owner) return
    if (cursor !== undefined) this.#inbox.restore(cursor)
    this.messages.restore(unsent ?? [])
  }

  #open(): { hello: AnyFrame; receive: (frame: AnyFrame) => void } {
    const { cursor } = this.#inbox
    const receive = this.#inbox.receiver()
    return { hello: { type: 'hello', ...(cursor !== undefined && { cursor }) }, receive }
  }

  async #pull(conversation_id: number, after_rev: number): Promise<PullAnswer> {
    const { result } = await this.requests.call('pull', { conversation_id, after_rev, limit: PULL_LIMIT })
    // The frame is the `response` that the protocol defines for `pull`.
    return result as PullAnswer
  }

  #switch(connection: Connection | undefined): void {
    this.#ready = connection
    this.requests.lost()
    if (connection) this.requests.opened((frame) => connection.send(frame))
    else this.#inbox.lost()
  }

  #changed(state: State): void {
    if (state.name === 'live') this.#plan()
    else if (state.name !== 'handing_over') this.#stopSync()
    if (state.name === 'closed') this.#halt(state.reason)
    this.state.set(state)
  }

  #halt(reason: string): void {
    const code = reason === 'signed_out' || reason === 'session_ended' ? 'signed_out' : 'closed'
    const error = new RpcError({ code, detail: reason })
    this.#stopSignals()
    this.#outbox.stop(error)
    this.requests.close(error)
  }

  #reset(): void {
    this.#inbox.forget()
    void this.#options.cursor.save(undefined)
    // There is no cursor that would have to wait for what listeners go on with.
    void this.#options.emit({ type: 'reset', reason: 'what is known here cannot be continued' })
  }

  #hear(signal: Signal): void {
    this.#link.dispatch({ type: signal })
    if (signal === 'visible' && this.#options.environment.now() - this.#syncedAt >= RESYNC_MS) this.#sync()
  }

  #plan(): void {
    const { after, random, now } = this.#options.environment
    this.#syncedAt = now()
    this.#stopSync()
    this.#stopSync = after(syncMs(random), () => this.#sync())
  }

  /** Asks for what may have been lost without a trace, and moves the cursor. */
  #sync(): void {
    const { cursor } = this.#inbox
    if (cursor === undefined || this.#link.state.name !== 'live') return
    this.#plan()
    this.#inbox.syncBegins()
    this.tell({ type: 'sync', cursor })
  }
}

/** `/ws` beside the HTTP paths. */
function socketUrl(base: URL): string {
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/ws`, base)
  url.protocol = base.protocol.replace('http', 'ws')
  return url.href
}
