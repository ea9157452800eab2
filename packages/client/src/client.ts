import { Account } from './account.ts'
import { clientId } from './client-id.ts'
import { Credentials } from './credentials.ts'
import { Emitter } from './emitter.ts'
import { type Environment, platform } from './environment.ts'
import type { Core, Extension } from './extension.ts'
import { RpcError, toRpcError } from './errors.ts'
import type { CallOptions } from './http.ts'
import { Kept } from './kept.ts'
import type { LocalMessage } from './local-messages.ts'
import type { State } from './machine.ts'
import { Realtime } from './realtime.ts'
import { Receipts } from './receipts.ts'
import type { Source } from './source.ts'
import { type ClientOptions, DEADLINE_MS, type MessageExtras, type Sending } from './options.ts'
import { Keeper, memoryStorage, Stored } from './storage.ts'
import { Typing } from './typing.ts'
import { closedError, untilLive } from './until-live.ts'
import type {
  Ack,
  AnyFrame,
  CommandFields,
  CommandType,
  Input,
  OperationName,
  Result,
  SendFields,
  ServerFrames,
  ServerFrameType,
  Tokens,
  User,
} from './wire.ts'

/** One person's connection to Parley. Making one does nothing; `connect` opens the socket and keeps it open. */
export class ParleyClient {
  /** The connection: `live` and `handing_over` are connected, `closed` says why not. */
  readonly state: Source<State>
  /** Who is logged in here. */
  readonly user: Source<User | undefined>
  /** Own messages that have not come back with the events yet, with their states. */
  readonly localMessages: Source<readonly LocalMessage[]>
  readonly #environment: Environment
  readonly #credentials: Credentials
  readonly #receipts: Receipts
  readonly #account: Account
  readonly #realtime: Realtime
  #extension: Extension | undefined
  readonly #frames: Emitter<ServerFrames>
  readonly #typing: Typing
  /** Whoever connects may be closed while what is kept is read. */
  #closings = 0

  constructor(options: ClientOptions) {
    const { tokens, storage = memoryStorage(), tickets = false, deadlineMs = DEADLINE_MS } = options
    const environment = platform(options)
    const url = new URL(options.url)
    const keeper = new Keeper({ storage, report: environment.report })
    this.#environment = environment
    this.#frames = new Emitter(environment.report)
    this.#typing = new Typing(environment.now)
    this.#account = new Account({
      url,
      environment,
      tokens,
      stored: new Stored('session', keeper),
      owner: new Stored('owner', keeper),
      on: {
        renewed: (token) => this.#renewed(token),
        ended: () => this.#realtime.signedOut(),
        changed: () => this.#forget(),
      },
    })
    this.#credentials = new Credentials(this.#account, tickets)
    this.#realtime = new Realtime({
      url,
      environment,
      deadlineMs,
      kept: new Kept(keeper, this.#account),
      credential: (renew) => this.#credentials.next(renew),
      emit: (frame) => this.#emit(frame),
      extension: () => this.#extension,
    })
    this.#receipts = new Receipts(environment, this.#realtime.requests)
    this.state = this.#realtime.state
    this.user = this.#account.session.user
    this.localMessages = this.#realtime.outgoing.messages.all
    this.state.subscribe((state) => this.#changed(state))
  }

  register(input: Input<'auth.register'>): Promise<Tokens> {
    return this.#account.register(input)
  }

  logIn(input: Input<'auth.log_in'>): Promise<Tokens> {
    return this.#account.logIn(input)
  }

  /** Takes the tokens of a log-in made elsewhere, or of another operation that gives some. */
  adopt(tokens: Tokens): Promise<Tokens> {
    return this.#account.adopt(tokens)
  }

  /** Ends the session, and forgets everything that is kept of it. */
  async logOut(): Promise<void> {
    await this.#account.logOut()
    await this.close()
  }

  /** Calls an operation over HTTP, by the name of its definition; rejects with RpcError. */
  call<N extends OperationName>(name: N, input: Input<N>, options?: CallOptions): Promise<Result<N>> {
    return this.#account.call(name, input, options)
  }

  /**
   * Opens the socket and keeps it open until `close`. Resolves when all that was missed is there; rejects when there will be
   * no connection. Needs not be awaited: `state` says the same.
   */
  connect(): Promise<void> {
    const live = this.#connect()
    live.catch(() => {})
    return live
  }

  /** Closes the socket. Messages that are not acknowledged stay for the next `connect`. */
  close(): Promise<void> {
    this.#closings += 1
    return this.#realtime.close()
  }

  /** Sends to a conversation: at once, or as soon as there is a connection, and once. */
  send(conversation_id: number, content: string, extras: MessageExtras = {}): Sending {
    this.#typing.sent(conversation_id)
    return this.#send({ ...extras, conversation_id, content })
  }

  /** Sends to the direct conversation with a person, which opens it if there is none. */
  sendTo(receiver_id: number, content: string, extras: MessageExtras = {}): Sending {
    return this.#send({ ...extras, receiver_id, content })
  }

  /** Sends a failed message again. */
  retry(client_id: string): Sending {
    return { client_id, acked: this.#realtime.outgoing.retry(client_id) }
  }

  /** Forgets a failed message. */
  discard(client_id: string): void {
    this.#realtime.outgoing.messages.discard(client_id)
  }

  /** The person has read up to a message. */
  markRead(conversation_id: number, seq: number): Promise<Ack<'read_receipt'>> {
    const marked = this.#receipts.read.mark(conversation_id, seq)
    this.#extension?.read(conversation_id, seq, marked)
    return marked
  }

  /** Messages up to one have arrived here. */
  markDelivered(conversation_id: number, seq: number): Promise<Ack<'delivery_receipt'>> {
    return this.#receipts.delivered.mark(conversation_id, seq)
  }

  /** Call it at each keystroke: others hear of it once in 3 s. */
  setTyping(conversation_id: number, is_typing = true): void {
    if (!this.#realtime.isReady || !this.#typing.isNews(conversation_id, is_typing)) return
    this.#realtime.tell({ type: 'typing_indicator', conversation_id, is_typing })
  }

  /** Sends any frame of the protocol over the open socket; resolves with its `ack` or `response`. What holds for a socket, holds for the next ones. */
  async command<T extends CommandType>(type: T, fields: CommandFields<T>): Promise<Ack<T>> {
    // The fields that the definition of the command names.
    return (await this.#realtime.command(type, fields)) as Ack<T>
  }

  /** Listens to frames of a type. Work that the listener returns is waited for before the cursor is stored. */
  on<T extends ServerFrameType>(type: T, listener: (frame: ServerFrames[T]) => unknown): () => void {
    return this.#frames.on(type, listener)
  }

  /** @internal Lets something add up what is heard here: from the first frame on. */
  extend<E extends Extension>(make: (core: Core) => E): E {
    if (this.#extension || this.state.get().name !== 'idle')
      throw new Error('a client has one state, which is made before the client connects')
    const extension = make({
      environment: this.#environment,
      user: this.user,
      call: (name, input) => this.call(name, input).catch((cause: unknown) => this.#failed(cause)),
      actions: this,
      link: this.#realtime,
    })
    this.#extension = extension
    return extension
  }

  /** What failed is not tried again once the client is closed. */
  #failed(cause: unknown): never {
    throw (toRpcError(cause).isRetryable && closedError(this.state.get())) || cause
  }

  #send(fields: SendFields): Sending {
    const client_id = clientId(this.#environment.now())
    return { client_id, acked: this.#realtime.outgoing.send(client_id, fields) }
  }

  async #connect(): Promise<void> {
    const closings = this.#closings
    await this.#account.load()
    await this.#realtime.load()
    if (closings !== this.#closings) throw new RpcError({ code: 'closed', detail: 'closed_by_app' })
    this.#account.session.start()
    this.#realtime.connect()
    await untilLive(this.state)
  }

  /** The open socket goes on with the new token. One that is refused is closed by the server, which says more. */
  #renewed(token: string): void {
    if (this.#realtime.isReady) this.#credentials.renewed(token)
    this.#realtime.requests.call('authenticate', { token }).catch(() => {})
  }

  #forget(): void {
    this.#realtime.forget()
    this.#extension?.forget()
  }

  #changed(state: State): void {
    if (state.name !== 'closed') return
    this.#receipts.stop()
    this.#account.session.stop()
    this.#extension?.stop()
    if (state.reason === 'session_ended') this.#account.session.clear()
  }

  #emit(frame: AnyFrame): Promise<void>[] {
    // The server's frames are what the protocol says; those of a type not known have no listener.
    const known = frame as ServerFrames[ServerFrameType]
    this.#extension?.apply(frame)
    const work = this.#frames.emit(known.type, known as never)
    if (known.type === 'chat_message' && known.message.sender.id === this.user.get()?.id)
      this.#realtime.outgoing.messages.echoed(known.message)
    if (known.type === 'caught_up') this.#realtime.outgoing.messages.caughtUp()
    return work
  }
}
