import type { Core, Extension } from '../extension.ts'
import type { LocalChange } from '../local-changes.ts'
import type { Ack, AnyFrame } from '../wire.ts'
import { ConversationFrames } from './conversation-frames.ts'
import { ConversationStore } from './conversation-store.ts'
import { Deliveries } from './deliveries.ts'
import { LiveConversation } from './live-conversation.ts'
import { Matching } from './matching.ts'
import { Notifications } from './notifications.ts'
import type { Followed } from './pager.ts'
import { Presences } from './presences.ts'
import type { ConversationContext } from './conversation-context.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { Typists } from './typists.ts'
import { Viewers } from './viewers.ts'

/** What the frames of one client add up to. */
export class LocalState implements Extension {
  readonly conversations: ConversationStore
  readonly matching: Matching
  readonly notifications: Notifications
  readonly presences: Presences
  readonly #core: Core
  readonly #context: ConversationContext
  readonly #live = new Map<number, LiveConversation>()
  readonly #frames: ConversationFrames
  readonly #followed: readonly Followed[]
  readonly #deliveries: Deliveries

  constructor(core: Core) {
    const { environment, user, call, actions, link } = core
    const { changes, messages } = link.outgoing
    this.#core = core
    this.conversations = new ConversationStore({
      environment,
      list: (input) => call('messaging.list_conversations', input),
      get: (conversation_id) => call('messaging.get_conversation', { conversation_id }),
      changed: (id) => {
        this.#live.get(id)?.viewChanged()
        this.#deliveries.changed(id)
      },
      isOpen: (id) => this.#live.get(id)?.isOpen ?? false,
    })
    this.#deliveries = new Deliveries({
      environment,
      find: (id) => this.conversations.find(id),
      confirm: (id, seq) => actions.markDelivered(id, seq),
    })
    this.matching = new Matching(environment, call)
    this.notifications = new Notifications(environment, call)
    this.#followed = [this.conversations, this.matching, this.notifications]
    this.presences = new Presences({
      environment,
      watch: (user_ids) => link.tell({ type: 'watch', user_ids }),
    })
    const viewers = new Viewers({
      environment,
      isLive: () => link.isLive,
      attach: (id) => link.attach(id, this.#live.get(id)?.knownRev),
      detach: (conversation_id) => link.tell({ type: 'detach', conversation_id }),
    })
    this.#context = {
      environment,
      user,
      call,
      actions,
      messages: messages.all,
      changes,
      store: this.conversations,
      viewers,
      typists: new Typists(environment),
    }
    this.#frames = new ConversationFrames({
      store: this.conversations,
      me: () => user.get()?.id,
      countAbove: (id, seq) => this.#countAbove(id, seq),
    })
    for (const source of [messages.all, changes.all])
      source.subscribe(() => this.#each((live) => live.localChanged()))
  }

  /** The same object for the same id. */
  conversation(id: number): LiveConversation {
    let live = this.#live.get(id)
    if (!live) this.#live.set(id, (live = new LiveConversation(id, this.#context)))
    return live
  }

  apply(frame: AnyFrame): void {
    const { typists, viewers } = this.#context
    this.#frames.apply(frame)
    typists.apply(frame)
    this.presences.apply(frame)
    this.matching.apply(frame)
    this.notifications.apply(frame)
    const { conversation_id, conversation } = frame as {
      conversation_id?: number
      conversation?: { id: number }
    }
    const id = conversation?.id ?? conversation_id
    const live = id === undefined ? undefined : this.#live.get(id)
    live?.apply(frame)
    if (frame.type === 'bump' && live?.isOpen && !viewers.isAttached(live.id))
      this.#core.link.announce(live.id, Number(frame['last_rev']))
  }

  read(id: number, seq: number, acknowledged: Promise<Ack<'read_receipt'>>): void {
    this.#frames.read(id, seq)
    // Who marked it hears of a refusal; what is shown heals with the next view.
    acknowledged.then((ack) => this.#frames.readAcknowledged(ack)).catch(() => {})
  }

  connected({ isResumed }: { isResumed: boolean }): void {
    this.#context.viewers.connected()
    this.presences.connected()
    for (const { id } of this.conversations.get()) this.#deliveries.changed(id)
    for (const followed of this.#followed) {
      if (!isResumed) followed.reset()
      followed.connected()
    }
    this.#each((live) => {
      if (isResumed) live.connected()
      else live.reload()
    })
  }

  snapshot(): Snapshot {
    const open = [...this.#live.values()].filter(({ isOpen, timeline }) => isOpen && timeline.isLoaded)
    return snapshotOf({
      conversations: this.conversations.get(),
      open: open.map(({ id, timeline }) => ({ id, messages: timeline.messages })),
    })
  }

  restore({ conversations, open }: Snapshot): void {
    for (const conversation of conversations)
      if (!this.conversations.find(conversation.id)) this.conversations.set(conversation)
    for (const { id, messages } of open) this.conversation(id).restore(messages)
  }

  stop(): void {
    const { viewers, typists } = this.#context
    viewers.stop()
    typists.clear()
    this.#deliveries.stop()
    this.presences.stop()
    for (const followed of this.#followed) followed.stop()
    this.#each((live) => live.stop())
  }

  forget(): void {
    this.stop()
    this.#deliveries.forget()
    this.#each((live) => live.close())
    for (const followed of this.#followed) followed.forget()
  }

  hasArrived({ message_id, operation }: LocalChange, rev: number): boolean {
    for (const { timeline } of this.#live.values()) {
      const message = message_id === null ? undefined : timeline.find(message_id)
      if (message && operation.type === 'hide') timeline.hide(message.id)
      else if (message) return message.rev >= rev
    }
    return true
  }

  #countAbove(id: number, seq: number): number | undefined {
    const timeline = this.#live.get(id)?.timeline
    if (!timeline?.isLoaded || timeline.from > seq + 1) return undefined
    const me = this.#core.user.get()?.id
    return timeline.messages.filter(
      (message) => message.seq > seq && message.kind === 'text' && message.sender.id !== me,
    ).length
  }

  #each(visit: (live: LiveConversation) => void): void {
    for (const live of this.#live.values()) visit(live)
  }
}
