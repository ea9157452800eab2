import type { Notification } from '@parley/protocol'
import type { Environment } from '../environment.ts'
import type { Call } from '../extension.ts'
import { Cell, type Source } from '../source.ts'
import type { AnyFrame, ServerFrames } from '../wire.ts'
import { PagedItems, type PagedList } from './paged-list.ts'
import type { Followed } from './pager.ts'

/** Own notifications, and how many of them are not read. */
export class Notifications implements Followed {
  /** Newest first. */
  readonly all: PagedList<Notification>
  /** Of all there are, loaded or not; counted from the first page on. */
  readonly unread: Source<number>
  readonly #call: Call
  readonly #now: () => number
  readonly #all: PagedItems<Notification>
  readonly #unread: Cell<number>

  constructor(environment: Pick<Environment, 'after' | 'now' | 'random' | 'report'>, call: Call) {
    this.#call = call
    this.#now = environment.now
    this.unread = this.#unread = new Cell(0, environment.report)
    this.all = this.#all = new PagedItems<Notification>({
      environment,
      list: async (input) => {
        const page = await call('messaging.list_notifications', input)
        this.#unread.set(page.unread_count)
        return page
      },
      idOf: ({ id }) => id,
      timeOf: ({ timestamp }) => timestamp,
    })
  }

  /** Marks those named as read, or all there are. Shown at once; rejects with RpcError, and is then as the server has it. */
  async markRead(ids?: readonly number[]): Promise<void> {
    this.#show(ids)
    try {
      await this.#call('messaging.read_notifications', ids ? { ids: [...ids] } : {})
    } catch (error) {
      this.#all.reset()
      throw error
    }
  }

  /** @internal */
  apply(frame: AnyFrame): void {
    if (frame.type !== 'notify') return
    // The server's frames are what the protocol says. One that is replayed may be known.
    const { type: _, ...content } = frame as unknown as ServerFrames['notify']
    if (this.#all.find(content.id)) return
    const isNew = this.#all.put({ ...content, read_at: null })
    // A page that is on its way brings the number with it.
    if (isNew && this.all.status.get().isLoaded) this.#unread.set(this.#unread.get() + 1)
  }

  /** @internal */
  connected(): void {
    this.#all.connected()
  }

  /** @internal */
  reset(): void {
    this.#all.reset()
  }

  /** @internal */
  stop(): void {
    this.#all.stop()
  }

  /** @internal */
  forget(): void {
    this.#all.forget()
    this.#unread.set(0)
  }

  #show(ids: readonly number[] | undefined): void {
    const read_at = new Date(this.#now()).toISOString()
    const isMeant = ({ id, read_at: before }: Notification) =>
      before === null && (ids === undefined || ids.includes(id))
    const count = this.#all.get().filter(isMeant).length
    this.#all.change((notification) => (isMeant(notification) ? { ...notification, read_at } : notification))
    this.#unread.set(ids ? Math.max(0, this.#unread.get() - count) : 0)
  }
}
