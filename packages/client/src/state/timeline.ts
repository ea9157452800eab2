import type { Message } from '../wire.ts'
import { afterFrame, type MessageFrame } from './message-changes.ts'

/** How many messages a conversation that is followed for days keeps by itself. */
const MOST = 1_000

/** The loaded messages of one conversation: all from some `seq` on, each in its latest known state. */
export class Timeline {
  readonly #messages = new Map<number, Message>()
  /** What came while a page was on its way: the page may be older. */
  #early: MessageFrame[] = []
  /** Not shown, whatever comes: deleted by the person for themselves. */
  readonly #hidden = new Set<number>()
  #pages = 0
  #from = Infinity
  /** Nothing before this `seq` is the reader's. */
  #beginning = 0
  #most = MOST
  #sorted: readonly Message[] | undefined
  isLoaded = false
  hasOlder = true

  /** In the conversation's order. */
  get messages(): readonly Message[] {
    if (!this.#sorted) {
      this.#countReplies()
      this.#sorted = [...this.#messages.values()].sort((a, b) => a.seq - b.seq)
    }
    return this.#sorted
  }

  /** The `seq` from which on all messages are here. */
  get from(): number {
    return this.#from
  }

  /** The latest change that is known. */
  get rev(): number {
    return this.messages.reduce((rev, message) => Math.max(rev, message.rev), 0)
  }

  find(id: number): Message | undefined {
    return this.#messages.get(id)
  }

  /** Takes a frame, in the order of its `rev`; whether anything is different. */
  apply(frame: MessageFrame): boolean {
    if (this.#pages > 0) this.#early.push(frame)
    return this.isLoaded && this.#take(frame)
  }

  /** A page is asked for. */
  pageBegins(): void {
    this.#pages += 1
  }

  pageFailed(): void {
    this.#pages -= 1
    if (this.#pages === 0) this.#early = []
  }

  /** The newest messages as they were. */
  restore(messages: readonly Message[]): void {
    this.#pages += 1
    this.replace(messages, true)
  }

  /** The newest messages, in the place of all that is here. */
  replace(messages: readonly Message[], hasOlder: boolean): void {
    this.#messages.clear()
    this.#from = Infinity
    this.#most = MOST
    this.#page(messages, hasOlder)
  }

  /** Those right before the ones that are here. */
  prepend(messages: readonly Message[], hasOlder: boolean): void {
    this.#most += messages.length
    this.#page(messages, hasOlder)
  }

  /** Whether anything is different. */
  hide(id: number): boolean {
    this.#hidden.add(id)
    this.#sorted = undefined
    return this.#messages.delete(id)
  }

  /** The person has joined at a `seq`: what is here from before, they had seen until they were removed. */
  beginAt(seq: number): void {
    this.#beginning = seq
    for (const message of this.#messages.values()) if (message.seq < seq) this.#messages.delete(message.id)
    this.#sorted = undefined
    this.#from = 0
    this.hasOlder = false
  }

  clear(): void {
    this.#messages.clear()
    this.#hidden.clear()
    this.#beginning = 0
    this.#sorted = undefined
    this.#from = Infinity
    this.isLoaded = false
    this.hasOlder = true
  }

  #page(messages: readonly Message[], hasOlder: boolean): void {
    this.#pages -= 1
    this.isLoaded = true
    const first = messages[0]?.seq ?? Infinity
    this.hasOlder = hasOlder && first > this.#beginning
    this.#from = this.hasOlder ? Math.min(this.#from, first) : 0
    for (const message of messages) {
      if (this.#hidden.has(message.id) || message.seq < this.#beginning) continue
      const known = this.#messages.get(message.id)
      if (!known || message.rev >= known.rev) this.#set(message)
    }
    for (const frame of this.#early) this.#take(frame)
    if (this.#pages === 0) this.#early = []
  }

  #take(frame: MessageFrame): boolean {
    const id = frame.type === 'chat_message' ? frame.message.id : frame.message_id
    const known = this.#messages.get(id)
    if (this.#hidden.has(id) || (known && known.rev >= frame.rev)) return false
    if (frame.type === 'chat_message') {
      if (!known && frame.message.seq < Math.max(this.#from, this.#beginning)) return false
      this.#set(frame.message)
      this.#trim()
      return true
    }
    if (!known) return false
    this.#set(afterFrame(known, frame))
    return true
  }

  #set(message: Message): void {
    this.#sorted = undefined
    this.#messages.set(message.id, message)
  }

  /** A reply changes its parent's count without a frame of its own. All replies are here, as they come after their parent. */
  #countReplies(): void {
    const counts = new Map<number, number>()
    for (const { parent_message_id: id, is_deleted } of this.#messages.values())
      if (id != null && !is_deleted) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const message of this.#messages.values()) {
      const reply_count = counts.get(message.id) ?? 0
      if (message.reply_count !== reply_count) this.#messages.set(message.id, { ...message, reply_count })
    }
  }

  /** A tenth at a time, so that it is rare. */
  #trim(): void {
    if (this.#messages.size <= this.#most * 1.1) return
    const { messages } = this
    for (const { id } of messages.slice(0, messages.length - this.#most)) this.#messages.delete(id)
    this.#sorted = undefined
    this.#from = this.messages[0]?.seq ?? 0
    this.hasOlder = true
  }
}
