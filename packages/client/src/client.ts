import { Account } from './account.ts'
import { clientId } from './client-id.ts'
import { Emitter } from './emitter.ts'
import { type Environment, platform } from './environment.ts'
import { RpcError } from './errors.ts'
import type { CallOptions } from './http.ts'
import type { LocalMessage } from './local-messages.ts'
import type { State } from './machine.ts'
import { Realtime } from './realtime.ts'
import { type Source, until } from './source.ts'
import { type ClientOptions, DEADLINE_MS, type MessageExtras, type Sending } from './options.ts'
import { memoryStorage, Stored } from './storage.ts'
import { Typing } from './typing.ts'
import { Watermarks } from './watermarks.ts'
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
  readonly #tickets: boolean
  readonly #account: Account
  readonly #realtime: Realtime
  readonly #frames: Emitter<ServerFrames>
  readonly #read: Watermarks<Ack<'read_receipt'>>
  readonly #delivered: Watermarks<Ack<'delivery_receipt'>>
  readonly #typing: Typing
  #lastToken: string | undefined

  constructor(options: ClientOptions) {
    const {
      url: base,
      tokens,
      storage = memoryStorage(),
      tickets = false,
      deadlineMs = DEADLINE_MS,
    } = options
    const environment = platform(options)
    const url = new URL(base)
    const kept = { storage, report: environment.report }
    this.#environment = environment
    this.#tickets = tickets
    this.#frames = new Emitter(environment.report)
    this.#typing = new Typing(environment.now)
    this.#account = new Account({
      url,
      environment,
      tokens,
      stored: new Stored('session', kept),
      on: {
        renewed: (token) => this.#renewed(token),
        ended: () => this.#realtime.signedOut(),
        changed: () => this.#realtime.forget(),
      },
    })
    this.#realtime = new Realtime({
      url,
      environment,
      deadlineMs,
      cursor: new Stored('cursor', kept),
      unsent: new Stored('unsent', kept),
      credential: (renew) => this.#credential(renew),
      emit: (frame) => this.#emit(frame),
    })
    this.#read = new Watermarks({ environment, move: (mark) => this.#mark('read_receipt', mark) })
    this.#delivered = new Watermarks({ environment, move: (mark) => this.#mark('delivery_receipt', mark) })
    this.state = this.#realtime.state
    this.user = this.#account.session.user
    this.localMessages = this.#realtime.messages.all
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
    return { client_id, acked: this.#realtime.retry(client_id) }
  }

  /** Forgets a failed message. */
  discard(client_id: string): void {
    this.#realtime.messages.discard(client_id)
  }

  /** The person has read up to a message. */
  markRead(conversation_id: number, seq: number): Promise<Ack<'read_receipt'>> {
    return this.#read.mark(conversation_id, seq)
  }

  /** Messages up to one have arrived here. */
  markDelivered(conversation_id: number, seq: number): Promise<Ack<'delivery_receipt'>> {
    return this.#delivered.mark(conversation_id, seq)
  }

  /** Call it at each keystroke: others hear of it once in 3 s. */
  setTyping(conversation_id: number, is_typing = true): void {
    if (!this.#realtime.isReady || !this.#typing.isNews(conversation_id, is_typing)) return
    this.#realtime.tell({ type: 'typing_indicator', conversation_id, is_typing })
  }

  /** Sends any frame of the protocol over the open socket; resolves with its `ack` or `response`. */
  async command<T extends CommandType>(type: T, fields: CommandFields<T>): Promise<Ack<T>> {
    // The fields that the definition of the command names.
    return (await this.#realtime.requests.call(type, fields)) as Ack<T>
  }

  /** Listens to frames of a type. Work that the listener returns is waited for before the cursor is stored. */
  on<T extends ServerFrameType>(type: T, listener: (frame: ServerFrames[T]) => unknown): () => void {
    return this.#frames.on(type, listener)
  }

  #send(fields: SendFields): Sending {
    const client_id = clientId(this.#environment.now())
    return { client_id, acked: this.#realtime.send(client_id, fields) }
  }

  /** Marks only grow, so they may go out again on the next socket. */
  async #mark<T extends 'read_receipt' | 'delivery_receipt'>(
    type: T,
    fields: CommandFields<T>,
  ): Promise<Ack<T>> {
    return (await this.#realtime.requests.call(type, fields, { resend: true })) as Ack<T>
  }

  async #connect(): Promise<void> {
    await this.#account.load()
    this.#account.session.start()
    await this.#realtime.connect()
    await until(this.state, (state) => {
      if (state.name !== 'closed') return state.name === 'live' || state.name === 'handing_over' || undefined
      throw new RpcError({
        code: state.reason === 'signed_out' ? 'signed_out' : 'closed',
        detail: state.reason,
      })
    })
  }

  async #credential(renew: boolean): Promise<string> {
    const token = await this.#account.session.token(renew ? this.#lastToken : undefined)
    this.#lastToken = token
    return this.#tickets ? `ticket.${(await this.call('auth.issue_ticket', {})).ticket}` : `bearer.${token}`
  }

  /** The open socket goes on with the new token. One that is refused is closed by the server, which says more. */
  #renewed(token: string): void {
    if (this.#realtime.isReady) this.#lastToken = token
    this.#realtime.requests.call('authenticate', { token }).catch(() => {})
  }

  #changed(state: State): void {
    if (state.name !== 'closed') return
    this.#read.stop()
    this.#delivered.stop()
    this.#account.session.stop()
    if (state.reason === 'session_ended') this.#account.session.clear()
  }

  #emit(frame: AnyFrame): Promise<void>[] {
    // The server's frames are what the protocol says; those of a type not known have no listener.
    const known = frame as ServerFrames[ServerFrameType]
    const work = this.#frames.emit(known.type, known as never)
    if (known.type === 'chat_message' && known.message.sender.id === this.user.get()?.id)
      this.#realtime.messages.echoed(known.message)
    if (known.type === 'caught_up') this.#realtime.messages.caughtUp()
    return work
  }
}
