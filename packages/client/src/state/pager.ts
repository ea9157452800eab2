import type { Environment } from '../environment.ts'
import { type RpcError, toRpcError } from '../errors.ts'
import { Cell } from '../source.ts'
import { Trying } from '../trying.ts'

const PAGE = 50

/** How much of a list is here. */
export interface ListStatus {
  isLoaded: boolean
  isLoading: boolean
  hasMore: boolean
  error: RpcError | undefined
}

/** What goes with a connection and a person. */
export interface Followed {
  /** A connection is there: what waits need not wait longer. */
  connected(): void
  /** Nothing that is here can be gone on with: loads again what was asked for. */
  reset(): void
  /** No further attempts; what is here stays. */
  stop(): void
  /** It is another person's. */
  forget(): void
}

/** Asks for one page of a list. */
export type ListPage<T> = (input: {
  limit: number
  cursor?: string
}) => Promise<{ items: readonly T[]; next_cursor: string | null }>

export interface PagerOptions<T> {
  environment: Pick<Environment, 'after' | 'random' | 'report'>
  list: ListPage<T>
  /** Takes a page; the first one replaces what was there before. */
  take: (items: readonly T[], isFirst: boolean) => void
  /** No page is on its way any more. */
  idle?: () => void
}

const EMPTY: ListStatus = { isLoaded: false, isLoading: false, hasMore: true, error: undefined }

/** The pages of a list, one after the other: from the first `load` on it is followed, and loaded again where that is needed. */
export class Pager<T> {
  readonly status: Cell<ListStatus>
  readonly #options: PagerOptions<T>
  readonly #trying: Trying
  #isFollowed = false
  #cursor: string | undefined
  #loading: Promise<void> | undefined
  /** Counts how often all of it became worthless. */
  #era = 0

  constructor(options: PagerOptions<T>) {
    this.#options = options
    this.#trying = new Trying(options.environment)
    this.status = new Cell(EMPTY, options.environment.report)
  }

  get isFollowed(): boolean {
    return this.#isFollowed
  }

  get isLoading(): boolean {
    return this.#loading !== undefined
  }

  load(): Promise<void> {
    this.#isFollowed = true
    return this.status.get().isLoaded ? Promise.resolve() : this.#load()
  }

  loadMore(): Promise<void> {
    this.#isFollowed = true
    const { isLoaded, hasMore } = this.status.get()
    return isLoaded && !hasMore ? Promise.resolve() : this.#load()
  }

  /** A connection is there: what waits need not wait longer. */
  connected(): void {
    this.#trying.hasten()
    if (this.#isFollowed) this.load().catch(() => {})
  }

  /** No further attempts. */
  stop(): void {
    this.#trying.stop()
  }

  /** No page that was loaded counts any more; the first one is loaded again where the list is followed. */
  restart(): void {
    this.#era += 1
    this.#cursor = undefined
    this.#loading = undefined
    this.status.set(EMPTY)
    if (this.#isFollowed) this.load().catch(() => {})
  }

  /** Nobody follows any more. */
  forget(): void {
    this.stop()
    this.#isFollowed = false
    this.restart()
  }

  #load(): Promise<void> {
    if (this.#loading) return this.#loading
    const loading = this.#page().finally(() => {
      if (this.#loading !== loading) return
      this.#loading = undefined
      this.#options.idle?.()
    })
    this.#loading = loading
    return loading
  }

  async #page(): Promise<void> {
    const era = this.#era
    const cursor = this.#cursor
    this.status.set({ ...this.status.get(), isLoading: true, error: undefined })
    const input = { limit: PAGE, ...(cursor !== undefined && { cursor }) }
    try {
      const { items, next_cursor } = await this.#trying.until(() => this.#options.list(input))
      if (era !== this.#era) return
      this.#options.take(items, cursor === undefined)
      this.#cursor = next_cursor ?? undefined
      this.status.set({ isLoaded: true, isLoading: false, hasMore: next_cursor !== null, error: undefined })
    } catch (cause) {
      const error = toRpcError(cause)
      if (era === this.#era) this.status.set({ ...this.status.get(), isLoading: false, error })
      throw cause
    }
  }
}
