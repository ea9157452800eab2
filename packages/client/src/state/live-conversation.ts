import { clientId } from '../client-id.ts'
import { RpcError } from '../errors.ts'
import type { Operation } from '../local-changes.ts'
import type { MessageExtras, Sending } from '../options.ts'
import { Derived, type Source } from '../source.ts'
import type { AnyFrame, Conversation, Member, Message, ServerFrames } from '../wire.ts'
import { History, type HistoryStatus } from './history.ts'
import { Members } from './members.ts'
import { isMessageFrame, reactedWith } from './message-changes.ts'
import { type ShownMessage, showMessages } from './shown-messages.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { Timeline } from './timeline.ts'
import type { Typist } from './typists.ts'

/** Whoever comes back so soon finds everything as it was. */
const LINGER_MS = 5_000

/** Names a message: one that was shown, or by its ids. */
export type MessageRef = Pick<ShownMessage, 'id' | 'client_id'>

/** One conversation with its local state. It holds messages and members while somebody has it open. */
export class LiveConversation {
  readonly id: number
  /** The conversation itself; undefined until it is known, and after one has left. */
  readonly view: Source<Conversation | undefined>
  /** In order; one's own that are on their way stand at the end. */
  readonly messages: Source<readonly ShownMessage[]>
  /** How much of the messages is here. */
  readonly history: Source<HistoryStatus>
  /** With how far each has read and received. */
  readonly members: Source<readonly Member[]>
  readonly typing: Source<readonly Typist[]>
  readonly #context: ConversationContext
  readonly #history: History
  readonly #members: Members
  readonly #messages: Derived<readonly ShownMessage[]>
  readonly #view: Derived<Conversation | undefined>
  #openings = 0
  #isIn = false
  #stopLingering: (() => void) | undefined

  constructor(id: number, context: ConversationContext) {
    const { environment, store, call, typists } = context
    this.id = id
    this.#context = context
    this.#history = new History({
      id,
      environment,
      list: (input) => call('messaging.list_messages', input),
      changed: () => {
        this.#messages.changed()
        context.changes.arrived()
      },
    })
    this.#members = new Members({ id, environment, list: (input) => call('messaging.list_members', input) })
    this.view = this.#view = new Derived(() => store.find(id), environment.report)
    this.messages = this.#messages = new Derived(() => this.#show(), environment.report)
    this.history = this.#history.status
    this.members = this.#members.all
    this.typing = typists.in(id)
  }

  /** Holds the conversation open until the result is called: loads the newest messages and the members, and follows them. */
  open(): () => void {
    this.#openings += 1
    this.#stopLingering?.()
    this.#stopLingering = undefined
    if (this.#openings === 1 && !this.#history.status.get().isLoaded) this.#load()
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#openings -= 1
      if (this.#openings === 0)
        this.#stopLingering = this.#context.environment.after(LINGER_MS, () => this.close())
    }
  }

  /** Loads the messages before those that are here, 50 unless said and at most 200; at once when there are none. Rejects with RpcError. */
  loadOlder(how?: { limit?: number }): Promise<void> {
    return this.#history.loadOlder(how)
  }

  send(content: string, extras: MessageExtras = {}): Sending {
    return this.#context.actions.send(this.id, content, extras)
  }

  /** Shows the new text at once. Rejects when the server refuses it: then the text is as before. Needs not be awaited. */
  edit(message: MessageRef, content: string): Promise<void> {
    return this.#change(message, { type: 'edit', content })
  }

  /** For everyone, or for oneself alone; otherwise as `edit`. */
  delete(message: MessageRef, { for: whom = 'everyone' }: { for?: 'everyone' | 'me' } = {}): Promise<void> {
    return this.#change(message, { type: whom === 'me' ? 'hide' : 'delete' })
  }

  /** Adds or removes a reaction, without `action` the opposite of what is shown; otherwise as `edit`. */
  react(message: MessageRef, emoji: string, action?: 'add' | 'remove'): Promise<void> {
    const reactions = this.#find(message)?.reactions ?? {}
    const isOn = reactedWith(reactions, emoji).includes(this.#context.user.get()?.id ?? 0)
    return this.#change(message, { type: 'react', emoji, action: action ?? (isOn ? 'remove' : 'add') })
  }

  /** The person has read up to a `seq`, or all. */
  markRead(seq = this.view.get()?.last_seq ?? 0): void {
    if (seq > 0) this.#context.actions.markRead(this.id, seq)
  }

  /** Call it at each keystroke. */
  setTyping(is_typing = true): void {
    this.#context.actions.setTyping(this.id, is_typing)
  }

  /** @internal */
  get isOpen(): boolean {
    return this.#openings > 0 || this.#stopLingering !== undefined
  }

  /** @internal The stored messages that are here. */
  get timeline(): Timeline {
    return this.#history.timeline
  }

  /** @internal Up to which rev the messages that are here are complete; undefined when none are. */
  get knownRev(): number | undefined {
    return this.timeline.isLoaded ? this.timeline.rev : undefined
  }

  /** @internal */
  apply(frame: AnyFrame): void {
    if (!this.isOpen) return
    this.#members.apply(frame)
    if (isMessageFrame(frame)) this.#history.apply(frame, this.#context.user.get()?.id)
    if (frame.type !== 'conversation_update') return
    // The server's frames are what the protocol says.
    const { event, hidden_message_ids = [] } = frame as unknown as ServerFrames['conversation_update']
    for (const hidden of hidden_message_ids) this.#history.hide(hidden)
    if (event === 'conversation.behind') this.reload()
    else if (this.#isIn) this.#loadMembers()
  }

  /** @internal The list has another view of it. Who has left keeps nothing, and who comes back begins anew. */
  viewChanged(): void {
    this.#view.changed()
    const wasIn = this.#isIn
    this.#isIn = this.view.get() !== undefined
    if (wasIn === this.#isIn || !this.isOpen) return
    const { isLoaded, isLoading } = this.#history.status.get()
    if (!this.#isIn) this.close()
    else if (!isLoaded && !isLoading) this.#load()
  }

  /** @internal One's own messages or changes are others. */
  localChanged(): void {
    this.#messages.changed()
  }

  /** @internal A connection is there. */
  connected(): void {
    if (!this.isOpen) return
    this.#members.hasten()
    // A page that is on its way may be older than what this socket begins with.
    if (!this.#history.status.get().isLoaded) this.#load()
  }

  /** @internal What is here may have holes: loads it again. */
  reload(): void {
    if (this.isOpen) this.#load()
  }

  /** @internal Attempts end; what is here stays. */
  stop(): void {
    this.#history.stop()
    this.#members.stop()
  }

  /** @internal What an earlier client showed: shown again until there is something newer. */
  restore(messages: readonly Message[]): void {
    this.#history.restore(messages)
  }

  /** @internal Lets go of messages and members. */
  close(): void {
    this.#stopLingering?.()
    this.#stopLingering = undefined
    this.#context.viewers.close(this.id)
    this.#history.clear()
    this.#members.clear()
  }

  #load(): void {
    const { store, viewers } = this.#context
    if (!this.view.get()) store.want(this.id)
    this.#loadMembers()
    // Attached first, so that in a large conversation nothing is missed between the page and the first frame.
    void this.#history.load(viewers.open(this.id))
  }

  #loadMembers(): void {
    // Whatever makes this fail is said of the messages.
    this.#members.load().catch(() => {})
  }

  #show(): readonly ShownMessage[] {
    const { messages, changes, user } = this.#context
    return showMessages({
      messages: this.#history.timeline.messages,
      local: messages.get().filter(({ fields, ack }) => (ack ?? fields).conversation_id === this.id),
      changes: changes.all.get(),
      me: user.get(),
    })
  }

  #find({ id, client_id }: MessageRef): ShownMessage | undefined {
    return this.messages
      .get()
      .find((shown) => (id === null ? client_id !== null && shown.client_id === client_id : shown.id === id))
  }

  #change(message: MessageRef, operation: Operation): Promise<void> {
    const { environment, changes } = this.#context
    const found = this.#find(message)
    // One that was shown as being sent may be stored meanwhile, or refused.
    const id = message.id ?? found?.id ?? null
    if (id === null && found?.state !== 'sending') return refused()
    const now = environment.now()
    return changes.add({
      id: clientId(now),
      lane: `${this.id}`,
      message_id: id,
      client_id: message.client_id,
      operation,
      made_at: new Date(now).toISOString(),
    })
  }
}

function refused(): Promise<never> {
  const refusal = Promise.reject(
    new RpcError({ code: 'message_not_found', detail: 'it is not among the sent ones' }),
  )
  refusal.catch(() => {})
  return refusal
}
