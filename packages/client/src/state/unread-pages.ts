import type { Conversation } from '../wire.ts'
import { type Followed, Pager, type PagerOptions } from './pager.ts'

/** Loads what is unread and stands on no page of the list that is here, so that all of it is counted; nothing where all is here. */
export class UnreadPages implements Followed {
  readonly #list: Pager<Conversation>
  readonly #pager: Pager<Conversation>
  #isWanted = false

  constructor(list: Pager<Conversation>, options: Omit<PagerOptions<Conversation>, 'idle'>) {
    this.#list = list
    this.#pager = new Pager({ ...options, idle: () => this.#pager.status.get().error ?? this.#goOn() })
    list.status.subscribe(() => this.#goOn())
  }

  /** From now on all that is unread counts. */
  want(): void {
    this.#isWanted = true
    this.#goOn()
  }

  connected(): void {
    this.#pager.connected()
    this.#goOn()
  }

  /** Begins anew once the list has. */
  reset(): void {
    this.#pager.forget()
  }

  stop(): void {
    this.#pager.stop()
  }

  forget(): void {
    this.#isWanted = false
    this.#pager.forget()
  }

  #goOn(): void {
    const { isLoaded, hasMore } = this.#list.status.get()
    if (!this.#isWanted || !isLoaded || !hasMore) return
    // What cannot be loaded now is loaded with the next connection.
    this.#pager.loadMore().catch(() => {})
  }
}
