import type { Environment } from '../environment.ts'
import { Derived } from '../source.ts'
import { Trying } from '../trying.ts'
import type { AnyFrame, Input, Member, Result, ServerFrames } from '../wire.ts'

const PAGE = 100
/** Of a larger conversation the first to join are here; whoever reads is not shown one by one there. */
const MOST = 300

type Marks = Pick<Member, 'read_seq' | 'delivered_seq'>

export interface MembersOptions {
  id: number
  environment: Pick<Environment, 'after' | 'random' | 'report'>
  list: (input: Input<'messaging.list_members'>) => Promise<Result<'messaging.list_members'>>
}

/** The members of an open conversation, and how far each has read. */
export class Members {
  readonly #options: MembersOptions
  readonly #trying: Trying
  readonly all: Derived<readonly Member[]>
  #loaded: readonly Member[] = []
  /** By member. Watermarks only rise, so receipts may come before, while, or after the members are loaded. */
  readonly #marks = new Map<number, Marks>()
  /** The newest message of each writer: who writes has read up to it, which no receipt says. */
  readonly #written = new Map<number, number>()
  /** Writers without a watermark, asked about: to share receipts or not is up to them. */
  readonly #asked = new Set<number>()
  #loads = 0

  constructor(options: MembersOptions) {
    this.#options = options
    this.#trying = new Trying(options.environment)
    this.all = new Derived<readonly Member[]>(
      () => this.#loaded.map((member) => ({ ...member, ...this.#marksOf(member) })),
      options.environment.report,
    )
  }

  /** Loads again; what came before stays until then. Rejects with RpcError. */
  async load(): Promise<void> {
    const mine = (this.#loads += 1)
    const { id, list } = this.#options
    const members: Member[] = []
    for (let cursor: string | null | undefined; cursor !== null && members.length < MOST;) {
      const input = { conversation_id: id, limit: PAGE, ...(cursor !== undefined && { cursor }) }
      const { items, next_cursor } = await this.#trying.until(() => list(input))
      if (mine !== this.#loads) return
      members.push(...items)
      cursor = next_cursor
    }
    this.#loaded = members
    this.all.changed()
    this.#askAboutWriters()
  }

  apply(frame: AnyFrame): void {
    // The server's frames are what the protocol says.
    if (frame.type === 'chat_message') this.#wrote(frame as unknown as ServerFrames['chat_message'])
    else if (frame.type === 'read_receipt' || frame.type === 'delivery_receipt')
      this.#received(frame as unknown as ServerFrames['read_receipt' | 'delivery_receipt'])
  }

  #received(frame: ServerFrames['read_receipt' | 'delivery_receipt']): void {
    const { user_id, seq } = frame
    const { read_seq, delivered_seq } = this.#marks.get(user_id) ?? { read_seq: 0, delivered_seq: 0 }
    // What was read has arrived.
    this.#marks.set(user_id, {
      read_seq: frame.type === 'read_receipt' ? Math.max(read_seq, seq) : read_seq,
      delivered_seq: Math.max(delivered_seq, seq),
    })
    this.all.changed()
  }

  #wrote({ message: { kind, sender, seq } }: ServerFrames['chat_message']): void {
    if (kind !== 'text' || seq <= (this.#written.get(sender.id) ?? 0)) return
    this.#written.set(sender.id, seq)
    this.all.changed()
    this.#askAboutWriters()
  }

  #askAboutWriters(): void {
    const unknown = this.#loaded
      .map(({ user }) => user.id)
      .filter((id) => this.#written.has(id) && !this.#asked.has(id))
      .filter((id) => this.all.get().some(({ user, delivered_seq }) => user.id === id && delivered_seq === 0))
    if (unknown.length === 0) return
    for (const id of unknown) this.#asked.add(id)
    // Whatever makes this fail is said of the messages.
    this.load().catch(() => {})
  }

  stop(): void {
    this.#trying.stop()
  }

  hasten(): void {
    this.#trying.hasten()
  }

  clear(): void {
    this.#loads += 1
    this.#trying.stop()
    this.#loaded = []
    this.#marks.clear()
    this.#written.clear()
    this.#asked.clear()
    this.all.changed()
  }

  #marksOf({ user, read_seq, delivered_seq }: Member): Marks {
    const marks = this.#marks.get(user.id)
    const received = Math.max(delivered_seq, marks?.delivered_seq ?? 0)
    const written = received > 0 ? (this.#written.get(user.id) ?? 0) : 0
    return {
      read_seq: Math.max(read_seq, marks?.read_seq ?? 0, written),
      delivered_seq: Math.max(received, written),
    }
  }
}
