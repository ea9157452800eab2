import type { Connection } from './connection.ts'
import type { Credential } from './credentials.ts'
import type { Environment } from './environment.ts'
import { RpcError } from './errors.ts'
import type { Extension } from './extension.ts'
import { Inbox } from './inbox.ts'
import { Link } from './link.ts'
import type { Kept } from './kept.ts'
import type { State } from './machine.ts'
import { Outgoing } from './outgoing.ts'
import type { PullAnswer } from './repairs.ts'
import { type Answer, Requests } from './requests.ts'
import { Resync } from './resync.ts'
import type { Signal } from './signals.ts'
import { Cell } from './source.ts'
import { Standing } from './standing.ts'
import { closedError } from './until-live.ts'
import type { AnyFrame, CommandFields, CommandType } from './wire.ts'

const PULL_LIMIT = 200

export interface RealtimeOptions {
  /** Where the gateway is. */
  url: URL
  environment: Environment
  deadlineMs: number
  kept: Kept
  credential: (renew: boolean) => Promise<Credential>
  /** What adds up what is heard, if there is such. */
  extension: () => Extension | undefined
  /** Tells the application; gives the work that its listeners go on with. */
  emit: (frame: AnyFrame) => Promise<void>[]
}

/** The parts that keep events coming and messages going, joined. */
export class Realtime {
  readonly requests: Requests
  readonly outgoing: Outgoing
  readonly state: Cell<State>
  readonly #options: RealtimeOptions
  readonly #inbox: Inbox
  readonly #link: Link
  readonly #resync: Resync
  readonly #standing = new Standing()
  #ready: Connection | undefined
  #isResumed = false
  #isNew = false
  #loaded: Promise<void> | undefined
  /** Counts the people whose client this was. */
  #owner = 0
  #stopSignals = () => {}
  #stopAdopting = () => {}

  constructor(options: RealtimeOptions) {
    const { environment, url, credential, deadlineMs, emit, kept } = options
    this.#options = options
    this.state = new Cell<State>({ name: 'idle' }, environment.report)
    this.requests = new Requests({ after: environment.after, deadlineMs })
    this.outgoing = new Outgoing({
      environment,
      requests: this.requests,
      save: {
        messages: (messages) => kept.saveMessages(messages),
        changes: (changes) => kept.saveChanges(changes),
      },
      isTold: (id, rev) => rev <= this.#inbox.rev(id),
      hasArrived: (change, rev) => options.extension()?.hasArrived(change, rev) ?? true,
      // Also without a connection it is to be kept.
      added: () => void this.load().catch(environment.report),
    })
    this.#inbox = new Inbox({
      environment,
      emit,
      pull: (conversationId, afterRev) => this.#pull(conversationId, afterRev),
      moved: (cursor) => kept.moved(cursor, options.extension()?.snapshot()),
    })
    this.#resync = new Resync(environment, () => this.#sync())
    this.#link = new Link({
      url,
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

  /** Connects; what an earlier client left has been read by then. */
  connect(): void {
    this.requests.start()
    this.outgoing.start()
    this.#stopAdopting()
    this.#stopAdopting = this.#options.kept.adopt((left) => this.outgoing.adopt(left))
    this.#stopSignals()
    this.#stopSignals = this.#options.environment.signals((signal) => this.#hear(signal))
    this.#link.dispatch({ type: 'connect' })
  }

  /** Resolves when what must be kept is kept. */
  async close(): Promise<void> {
    this.#link.dispatch({ type: 'close' })
    await this.#loaded
    await this.#options.kept.flush()
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

  /** Whether a socket is open for commands. */
  get isReady(): boolean {
    return this.#ready !== undefined
  }

  /** Whether a socket is caught up. */
  get isLive(): boolean {
    return this.#link.state.name === 'live' || this.#link.state.name === 'handing_over'
  }

  /** Resolves when every frame of a conversation comes, and those above what is known have come. */
  async attach(conversation_id: number, knownRev: number | undefined): Promise<void> {
    // During a replay the answer would overtake what the replay has still to tell.
    if (!this.isLive) throw new RpcError({ code: 'unavailable', detail: 'not caught up' })
    const after_rev = this.#inbox.rev(conversation_id) || knownRev
    if (after_rev !== undefined) this.#inbox.begin(conversation_id, after_rev)
    const fields = { conversation_id, ...(after_rev !== undefined && { after_rev }) }
    const { rev } = await this.requests.call('attach', fields)
    // Where nothing was known, what is loaded next reaches at least as far.
    if (after_rev === undefined) this.#inbox.begin(conversation_id, Number(rev))
    else this.#inbox.complete(conversation_id, Number(rev))
  }

  /** There is more in a conversation than has come. */
  announce(id: number, rev: number): void {
    this.#inbox.announce(id, rev)
  }

  /** Sends a command; resolves with what its `ack` or `response` says. */
  async command<T extends CommandType>(type: T, fields: CommandFields<T>): Promise<Answer> {
    const answer = await this.requests.call(type, fields)
    this.#standing.note({ ...(fields as object), type })
    return answer
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
    this.outgoing.clear()
    this.#standing.clear()
    this.#options.kept.forget()
  }

  async #load(): Promise<void> {
    const owner = this.#owner
    const left = await this.#options.kept.load()
    const { cursor, state } = left
    if (owner !== this.#owner) return
    if (cursor !== undefined) this.#inbox.restore(cursor)
    if (state) this.#options.extension()?.restore(state)
    this.outgoing.restore(left)
  }

  #open(): { hello: AnyFrame; receive: (frame: AnyFrame) => void } {
    const { cursor } = this.#inbox
    const receive = this.#inbox.receiver()
    this.#isResumed = cursor !== undefined
    return { hello: { type: 'hello', ...(cursor !== undefined && { cursor }) }, receive }
  }

  async #pull(conversation_id: number, after_rev: number): Promise<PullAnswer> {
    const { result } = await this.requests.call('pull', { conversation_id, after_rev, limit: PULL_LIMIT })
    // The frame is the `response` that the protocol defines for `pull`.
    return result as PullAnswer
  }

  #switch(connection: Connection | undefined): void {
    this.#ready = connection
    this.#isNew = connection !== undefined
    this.requests.lost()
    if (connection) this.requests.opened((frame) => connection.send(frame))
    else this.#inbox.lost()
  }

  #changed(state: State): void {
    if (state.name === 'live') this.#resync.plan()
    else if (state.name !== 'handing_over') this.#resync.stop()
    const error = closedError(state)
    if (error) this.#halt(error)
    if (this.#isNew && state.name === 'live') {
      this.#isNew = false
      for (const frame of this.#standing.frames) this.tell(frame)
      this.#options.extension()?.connected({ isResumed: this.#isResumed })
    }
    this.state.set(state)
  }

  #halt(error: RpcError): void {
    this.#stopSignals()
    this.#stopAdopting()
    this.outgoing.stop(error)
    this.requests.close(error)
  }

  #reset(): void {
    this.#inbox.forget()
    this.#options.kept.forget()
    // There is no cursor that would have to wait for what listeners go on with.
    void this.#options.emit({ type: 'reset', reason: 'what is known here cannot be continued' })
  }

  #hear(signal: Signal): void {
    this.#link.dispatch({ type: signal })
    if (signal === 'visible') this.#resync.seen()
  }

  /** Asks for what may have been lost without a trace, and moves the cursor. */
  #sync(): void {
    const { cursor } = this.#inbox
    if (cursor === undefined || this.#link.state.name !== 'live') return
    this.#resync.plan()
    this.#inbox.syncBegins()
    this.tell({ type: 'sync', cursor })
  }
}
