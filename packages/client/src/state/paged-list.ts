import { Cell, type Source } from '../source.ts'
import { type Followed, type ListStatus, Pager, type PagerOptions } from './pager.ts'

/** A list that is loaded page by page, and kept up to date from the first `load` or `subscribe` on. */
export interface PagedList<T> extends Source<readonly T[]> {
  readonly status: Source<ListStatus>
  /** Loads the first page, unless it is there. */
  load(): Promise<void>
  /** Loads the next page. */
  loadMore(): Promise<void>
  /** Loads the first page again; what is here is shown until then. */
  reload(): Promise<void>
}

export interface PagedItemsOptions<T> extends Pick<PagerOptions<T>, 'environment' | 'list'> {
  idOf: (item: T) => number
  /** When an item was made, where the newest stand first; else what comes by itself stands before all others. */
  timeOf?: (item: T) => string
}

/** The items of a list by pages, and what frames and actions change of them. */
export class PagedItems<T> implements PagedList<T>, Followed {
  readonly status: Source<ListStatus>
  readonly #idOf: (item: T) => number
  readonly #timeOf: ((item: T) => string) | undefined
  readonly #items: Cell<readonly T[]>
  readonly #pager: Pager<T>
  /** What has come and gone since the first page was asked for, which may know nothing of it. */
  readonly #came = new Set<number>()
  readonly #gone = new Set<number>()

  constructor({ environment, list, idOf, timeOf }: PagedItemsOptions<T>) {
    this.#idOf = idOf
    this.#timeOf = timeOf
    this.#items = new Cell<readonly T[]>([], environment.report)
    this.#pager = new Pager({ environment, list, take: (items, isFirst) => this.#take(items, isFirst) })
    this.status = this.#pager.status
  }

  get(): readonly T[] {
    return this.#items.get()
  }

  subscribe(listener: (items: readonly T[]) => void): () => void {
    // A failure stands in `status`.
    this.load().catch(() => {})
    return this.#items.subscribe(listener)
  }

  load(): Promise<void> {
    return this.#pager.load()
  }

  loadMore(): Promise<void> {
    return this.#pager.loadMore()
  }

  reload(): Promise<void> {
    this.reset()
    return this.load()
  }

  find(id: number): T | undefined {
    return this.get().find((item) => this.#idOf(item) === id)
  }

  /** Puts an item that came by itself; gives whether it is a new one. One that is older than all that are here comes with its page. */
  put(item: T): boolean {
    if (!this.#pager.isFollowed) return false
    const id = this.#idOf(item)
    const others = this.get().filter((other) => this.#idOf(other) !== id)
    const items = this.#sorted([item, ...others])
    const { isLoaded, hasMore } = this.status.get()
    if (isLoaded && hasMore && others.length > 0 && items.at(-1) === item) return false
    const isNew = others.length === this.get().length
    this.#came.add(id)
    this.#gone.delete(id)
    this.#items.set(items)
    return isNew
  }

  /** Changes items in their places. */
  change(change: (item: T) => T): void {
    this.#items.set(this.get().map(change))
  }

  remove(id: number): void {
    this.#gone.add(id)
    this.#came.delete(id)
    if (this.find(id) !== undefined) this.#items.set(this.get().filter((item) => this.#idOf(item) !== id))
  }

  connected(): void {
    this.#pager.connected()
  }

  stop(): void {
    this.#pager.stop()
  }

  reset(): void {
    this.#came.clear()
    this.#gone.clear()
    this.#pager.restart()
  }

  forget(): void {
    this.#pager.forget()
    this.#came.clear()
    this.#gone.clear()
    this.#items.set([])
  }

  #take(items: readonly T[], isFirst: boolean): void {
    const before = isFirst ? this.get().filter((item) => this.#came.has(this.#idOf(item))) : this.get()
    const known = new Set(before.map(this.#idOf))
    const added = items.filter((item) => !known.has(this.#idOf(item)) && !this.#gone.has(this.#idOf(item)))
    this.#items.set(this.#sorted([...before, ...added]))
  }

  #sorted(items: readonly T[]): readonly T[] {
    const timeOf = this.#timeOf
    // Texts of RFC 3339 with the same zone and digits sort by time.
    return timeOf
      ? items.toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0))
      : items
  }
}
