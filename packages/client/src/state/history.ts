import { type RpcError, toRpcError } from '../errors.ts'
import { Cell } from '../source.ts'
import { Trying } from '../trying.ts'
import type { Environment } from '../environment.ts'
import type { Input, Message, Result } from '../wire.ts'
import type { MessageFrame } from './message-changes.ts'
import { Timeline } from './timeline.ts'

const PAGE = 50

/** How much of the messages is here. */
export interface HistoryStatus {
  isLoaded: boolean
  isLoading: boolean
  hasOlder: boolean
  error: RpcError | undefined
}

type List = (input: Input<'messaging.list_messages'>) => Promise<Result<'messaging.list_messages'>>
type Page = Awaited<ReturnType<List>>

export interface HistoryOptions {
  id: number
  environment: Pick<Environment, 'after' | 'random' | 'report'>
  list: List
  changed: () => void
}

const EMPTY: HistoryStatus = { isLoaded: false, isLoading: false, hasOlder: true, error: undefined }

/** The messages of one conversation as pages bring them and frames change them. */
export class History {
  readonly #options: HistoryOptions
  readonly #trying: Trying
  readonly status: Cell<HistoryStatus>
  readonly timeline = new Timeline()
  /** Counts how often the messages were given up: a page asked for before is of no use. */
  #era = 0
  #newest: Promise<void> | undefined
  #older: Promise<void> | undefined

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#trying = new Trying(options.environment)
    this.status = new Cell(EMPTY, options.environment.report)
  }

  apply(frame: MessageFrame, me: number | undefined): void {
    if (this.timeline.apply(frame)) this.#options.changed()
    // That one has joined says that one was away, where nothing else has said it.
    if (frame.type === 'chat_message' && isJoinOf(me, frame.message)) this.#beginAt(frame.message.seq)
  }

  /** The person has deleted a message for themselves. */
  hide(id: number): void {
    if (this.timeline.hide(id)) this.#options.changed()
  }

  /** Loads the newest page in the place of what is here, which is shown until then. A failure stands in `status`. */
  load(isReady: Promise<void>): Promise<void> {
    const newest = this.#load(isReady).finally(() => {
      if (this.#newest === newest) this.#newest = undefined
    })
    this.#newest = newest
    return newest
  }

  /** Loads the messages before those that are here; at once when there are none. Rejects with RpcError. */
  loadOlder({ limit = PAGE }: { limit?: number | undefined } = {}): Promise<void> {
    if (!this.#hasOlder) return Promise.resolve()
    this.#older ??= this.#loadOlder(limit).finally(() => (this.#older = undefined))
    return this.#older
  }

  restore(messages: readonly Message[]): void {
    if (this.timeline.isLoaded) return
    this.timeline.restore(messages)
    this.#options.changed()
  }

  /** No further attempts; what is here stays. */
  stop(): void {
    this.#trying.stop()
  }

  clear(): void {
    this.#era += 1
    this.#trying.stop()
    this.timeline.clear()
    this.status.set(EMPTY)
    this.#options.changed()
  }

  #beginAt(seq: number): void {
    this.timeline.beginAt(seq)
    if (this.timeline.isLoaded) this.#set({ hasOlder: false })
    this.#options.changed()
  }

  get #hasOlder(): boolean {
    return this.status.get().isLoaded && this.timeline.hasOlder
  }

  async #load(isReady: Promise<void>): Promise<void> {
    const era = (this.#era += 1)
    this.#trying.stop()
    this.#set({ isLoading: true, error: undefined })
    await isReady
    if (era !== this.#era) return
    await this.#page({}, (page) => this.timeline.replace(page.items, page.next_cursor !== null)).catch(
      () => {},
    )
  }

  async #loadOlder(limit: number): Promise<void> {
    // Which ones are before is known once nothing takes the place of what is here.
    while (this.#newest) await this.#newest
    if (!this.#hasOlder) return
    this.#set({ isLoading: true, error: undefined })
    const before_seq = this.timeline.from
    await this.#page({ before_seq, limit }, (page) =>
      this.timeline.prepend(page.items, page.next_cursor !== null),
    )
  }

  async #page(where: { before_seq?: number; limit?: number }, take: (page: Page) => void): Promise<void> {
    const era = this.#era
    const input = { conversation_id: this.#options.id, limit: PAGE, ...where }
    try {
      const page = await this.#trying.until(() => this.#attempt(input))
      if (era !== this.#era) return this.timeline.pageFailed()
      take(page)
      this.#set({ isLoaded: true, isLoading: false, hasOlder: this.timeline.hasOlder })
      this.#options.changed()
    } catch (cause) {
      const error = toRpcError(cause)
      if (era === this.#era) this.#set({ isLoading: false, error })
      throw error
    }
  }

  /** Frames that come meanwhile may be newer than the page. */
  async #attempt(input: Input<'messaging.list_messages'>): Promise<Page> {
    this.timeline.pageBegins()
    try {
      return await this.#options.list(input)
    } catch (error) {
      this.timeline.pageFailed()
      throw error
    }
  }

  #set(status: Partial<HistoryStatus>): void {
    this.status.set({ ...this.status.get(), ...status })
  }
}

const isJoinOf = (userId: number | undefined, { system }: Message): boolean =>
  system?.event === 'joined' && system.user_ids.some((id) => id === userId)
