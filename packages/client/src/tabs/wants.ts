import type { AnyFrame } from '../wire.ts'

/** What the server takes in one list. */
const MOST_WATCHED = 100

/** What the clients of one socket want of it together, where the server keeps one answer for the socket. */
export class Wants {
  readonly #write: (frame: AnyFrame) => void
  readonly #acknowledge: (ref: string) => void
  readonly #watched = new Map<string, readonly number[]>()
  readonly #attached = new Map<number, Set<string>>()
  readonly #status = new Map<string, unknown>()

  /** `acknowledge` is of what changes nothing for the server. */
  constructor(write: (frame: AnyFrame) => void, acknowledge: (ref: string) => void) {
    this.#write = write
    this.#acknowledge = acknowledge
  }

  /**
   * Whether a frame was taken in the place of the server. What goes out instead carries its `ref`, so that the answer reaches
   * whoever asked.
   */
  takes(client: string, frame: AnyFrame): boolean {
    switch (frame.type) {
      case 'watch':
        this.#watched.delete(client)
        this.#watched.set(client, frame['user_ids'] as number[])
        this.#watch(frame['ref'])
        return true
      case 'presence':
        this.#status.set(client, frame['status'])
        this.#tellStatus(frame['ref'])
        return true
      case 'attach':
        this.#holders(frame).add(client)
        // Each one needs the frames from where it stands.
        return false
      case 'detach':
        this.#holders(frame).delete(client)
        if (this.#holders(frame).size === 0) return false
        if (typeof frame['ref'] === 'string') this.#acknowledge(frame['ref'])
        return true
      default:
        return false
    }
  }

  forget(client: string): void {
    if (this.#watched.delete(client)) this.#watch()
    if (this.#status.delete(client)) this.#tellStatus()
    for (const [conversation_id, holders] of [...this.#attached]) {
      if (!holders.delete(client) || holders.size > 0) continue
      this.#attached.delete(conversation_id)
      this.#write({ type: 'detach', conversation_id })
    }
  }

  /** Also when the list is as before: the server answers it with the statuses, for which one of the clients waits. */
  #watch(ref?: unknown): void {
    const ids = new Set([...this.#watched.values()].flat())
    this.#write({ type: 'watch', ...refOf(ref), user_ids: [...ids].slice(-MOST_WATCHED) })
  }

  #tellStatus(ref?: unknown): void {
    const statuses = [...this.#status.values()]
    if (statuses.length === 0) return
    const status = statuses.includes('online') ? 'online' : 'away'
    this.#write({ type: 'presence', ...refOf(ref), status })
  }

  #holders(frame: AnyFrame): Set<string> {
    const id = Number(frame['conversation_id'])
    const holders = this.#attached.get(id) ?? new Set()
    this.#attached.set(id, holders)
    return holders
  }
}

const refOf = (ref: unknown) => (typeof ref === 'string' ? { ref } : {})
