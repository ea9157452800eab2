import type { Environment } from '../environment.ts'
import { toRpcError } from '../errors.ts'
import { Derived, type Source } from '../source.ts'
import { Trying } from '../trying.ts'
import type { Conversation, Input } from '../wire.ts'
import { Inquiries } from './inquiries.ts'
import { merged } from './merged-view.ts'
import { type Followed, type ListPage, type ListStatus, Pager } from './pager.ts'
import { UnreadPages } from './unread-pages.ts'

/** Own conversations, newest activity first; kept up to date from the first `load` or `subscribe` on. */
export interface ConversationList extends Source<readonly Conversation[]> {
  readonly status: Source<ListStatus>
  /** Unread messages of all own conversations: whoever subscribes has those loaded, too, that are unread on a later page. */
  readonly unread: Source<number>
  /** Loads the first page, unless it is there. */
  load(): Promise<void>
  /** Loads the next page. */
  loadMore(): Promise<void>
}

export interface ConversationStoreOptions {
  environment: Pick<Environment, 'after' | 'random' | 'report'>
  list: (input: Input<'messaging.list_conversations'>) => ReturnType<ListPage<Conversation>>
  get: (conversation_id: number) => Promise<Conversation>
  /** A conversation is different, or gone. */
  changed: (id: number) => void
  /** Whether a conversation is on show, in the list or not. */
  isOpen: (id: number) => boolean
}

/** Conversations by id: those of the list, and those that are open. */
export class ConversationStore implements ConversationList, Followed {
  readonly #options: ConversationStoreOptions
  readonly #entries = new Map<number, Conversation>()
  readonly #all: Derived<readonly Conversation[]>
  readonly #trying: Trying
  readonly #pager: Pager<Conversation>
  readonly status: Source<ListStatus>
  readonly unread: Source<number>
  readonly #unread: Derived<number>
  readonly #unreadPages: UnreadPages
  /** What frames cannot say is asked for: by id, and up to which `seq` it would be known. */
  readonly #wanted = new Map<number, number>()
  readonly #inquiries = new Inquiries()
  #isAsking = false
  /** Known from before a reset, and not seen again yet. */
  #stale = new Set<number>()
  /** Counts how often all of it became worthless. */
  #era = 0

  constructor(options: ConversationStoreOptions) {
    const { environment } = options
    this.#options = options
    this.#trying = new Trying(environment)
    this.#all = new Derived<readonly Conversation[]>(
      () => [...this.#entries.values()].sort(newestFirst),
      environment.report,
    )
    this.#unread = new Derived(
      () => [...this.#entries.values()].reduce((sum, { unread_count }) => sum + unread_count, 0),
      environment.report,
    )
    this.#pager = new Pager({
      environment,
      list: (input) => this.#listPage(input),
      take: (items) => this.#takePage(items),
      idle: () => this.#ask(),
    })
    this.status = this.#pager.status
    this.#unreadPages = new UnreadPages(this.#pager, {
      environment,
      list: (input) => this.#listPage({ ...input, unread: true }),
      take: (items) => items.forEach((item) => this.#merge(item)),
    })
    this.unread = {
      get: () => this.#unread.get(),
      subscribe: (listener) => {
        this.load().catch(() => {})
        this.#unreadPages.want()
        return this.#unread.subscribe(listener)
      },
    }
  }

  get(): readonly Conversation[] {
    return this.#all.get()
  }

  subscribe(listener: (conversations: readonly Conversation[]) => void): () => void {
    // A failure stands in `status`.
    this.load().catch(() => {})
    return this.#all.subscribe(listener)
  }

  /** Whether a conversation belongs here, known or not. */
  follows(id: number): boolean {
    return this.#pager.isFollowed || this.#options.isOpen(id)
  }

  find(id: number): Conversation | undefined {
    return this.#entries.get(id)
  }

  load(): Promise<void> {
    return this.#pager.load()
  }

  loadMore(): Promise<void> {
    return this.#pager.loadMore()
  }

  connected(): void {
    this.#trying.hasten()
    this.#pager.connected()
    this.#unreadPages.connected()
    this.#ask()
  }

  stop(): void {
    this.#trying.stop()
    this.#pager.stop()
    this.#unreadPages.stop()
  }

  reset(): void {
    this.#era += 1
    this.#wanted.clear()
    this.#stale = new Set(this.#entries.keys())
    this.#unreadPages.reset()
    this.#pager.restart()
    for (const id of this.#stale) if (this.#options.isOpen(id)) this.want(id)
  }

  forget(): void {
    this.stop()
    this.#era += 1
    this.#wanted.clear()
    this.#unreadPages.forget()
    this.#pager.forget()
    for (const id of [...this.#entries.keys()]) this.remove(id)
  }

  set(conversation: Conversation): void {
    const before = this.#entries.get(conversation.id)
    if (before === conversation) return
    this.#entries.set(conversation.id, conversation)
    this.#stale.delete(conversation.id)
    this.#told(conversation.id)
  }

  remove(id: number): void {
    this.#inquiries.told(id)
    this.#wanted.delete(id)
    if (this.#entries.delete(id)) this.#told(id)
  }

  /** Asks the server for a conversation, unless what is known by then reaches to a `seq`. */
  want(id: number, unlessSeq = Infinity): void {
    this.#wanted.set(id, Math.max(unlessSeq, this.#wanted.get(id) ?? 0))
    this.#ask()
  }

  /** Takes a view that a frame brought; never behind what other frames have told already. */
  take(view: Conversation): void {
    this.#inquiries.told(view.id)
    this.#merge(view)
  }

  #merge(view: Conversation): void {
    const known = this.#entries.get(view.id)
    this.set(known ? merged(known, view) : view)
  }

  #told(id: number): void {
    this.#all.changed()
    this.#unread.changed()
    this.#options.changed(id)
  }

  /** What frames have overtaken meanwhile is asked for again. */
  readonly #listPage: ConversationStoreOptions['list'] = async (input) => {
    const { answer, isOvertaken } = await this.#inquiries.ask(() => this.#options.list(input))
    for (const { id } of answer.items) if (isOvertaken(id)) this.#wanted.set(id, Infinity)
    return { ...answer, items: answer.items.filter(({ id }) => !isOvertaken(id)) }
  }

  #takePage(items: readonly Conversation[]): void {
    for (const item of items) this.#merge(item)
    for (const id of this.#stale) if (!this.#options.isOpen(id)) this.remove(id)
    this.#stale.clear()
  }

  /** One after the other, and after a page that may bring the same. */
  #ask(): void {
    if (this.#isAsking || this.#pager.isLoading || this.#wanted.size === 0) return
    this.#isAsking = true
    // Never rejects: what cannot be asked for now is asked for with the next connection.
    void this.#askAll().finally(() => (this.#isAsking = false))
  }

  async #askAll(): Promise<void> {
    for (const [id, seq] of this.#wanted) {
      this.#wanted.delete(id)
      if ((this.#entries.get(id)?.last_seq ?? -1) >= seq) continue
      const era = this.#era
      try {
        const question = () => this.#trying.until(() => this.#options.get(id))
        const { answer, isOvertaken } = await this.#inquiries.ask(question)
        if (era !== this.#era) continue
        if (isOvertaken(id)) this.#wanted.set(id, Infinity)
        else this.#merge(answer)
      } catch (cause) {
        const { isRetryable, remedy, code } = toRpcError(cause)
        if (era !== this.#era) continue
        if (!isRetryable && remedy !== 'log_in' && code !== 'closed') this.remove(id)
        else return void this.#wanted.set(id, seq)
      }
    }
  }
}

const newestFirst = (a: Conversation, b: Conversation): number =>
  a.updated_at === b.updated_at ? b.id - a.id : a.updated_at < b.updated_at ? 1 : -1
