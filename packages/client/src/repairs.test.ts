import fc from 'fast-check'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Change, ConversationLog } from './conversation.ts'
import { type PullAnswer, Repairs } from './repairs.ts'

const PAGE = 2

const put = (rev: number, id: number): Change => ({
  type: 'chat_message',
  conversation_id: 1,
  rev,
  seq: id,
  message: { id },
})
const edit = (rev: number, message_id: number): Change => ({
  type: 'message_edit',
  conversation_id: 1,
  rev,
  message_id,
})

/** A conversation that goes on while its client repairs what it lost. Entries of the history are the messages changed. */
class Conversation {
  readonly log = new ConversationLog()
  /** What the application applied, in order. */
  readonly applied: Change[] = []
  readonly #history: number[] = [0]
  readonly #timers = new Set<() => void>()
  readonly #pulls: { afterRev: number; answer: (answer: PullAnswer) => void }[] = []
  readonly #repairs = new Repairs<Change>({
    environment: {
      random: () => 0,
      after: (_, run) => {
        this.#timers.add(run)
        return () => void this.#timers.delete(run)
      },
    },
    pull: (_, afterRev) => new Promise((answer) => void this.#pulls.push({ afterRev, answer })),
    due: (frames) => void this.applied.push(...frames),
    gone: () => {},
    whole: () => {},
  })

  constructor() {
    this.applied.push(...this.log.replay([put(1, 1)]))
  }

  commit(message: number): Change {
    const isNew = !this.#history.includes(message)
    this.#history.push(message)
    const rev = this.#history.length
    return isNew ? put(rev, this.#idOf(message)) : edit(rev, this.#idOf(message))
  }

  deliver(frame: Change): void {
    this.applied.push(...this.log.receive(frame))
    this.#repairs.look(1, this.log)
  }

  /** The wait before a pull is over. */
  async time(): Promise<void> {
    for (const run of [...this.#timers]) {
      this.#timers.delete(run)
      run()
    }
    await turn()
  }

  /** The server answers one pull, with the state of this moment. */
  async answer(): Promise<void> {
    const pull = this.#pulls.shift()
    if (!pull) return
    const changed = this.state().filter(({ rev }) => rev > pull.afterRev)
    const page = changed.slice(0, PAGE)
    for (const frame of page) this.deliver(frame)
    const has_more = page.length < changed.length
    pull.answer({ rev: has_more ? (page.at(-1)?.rev ?? 0) : this.#history.length, has_more })
    await turn()
  }

  async settle(): Promise<void> {
    while (this.#timers.size + this.#pulls.length > 0) {
      await this.time()
      await this.answer()
    }
  }

  /** Each message once, with the rev of its last change, in order of rev. */
  state(): Change[] {
    return [...new Set(this.#history)]
      .map((message) => put(this.#history.lastIndexOf(message) + 1, this.#idOf(message)))
      .sort((a, b) => a.rev - b.rev)
  }

  /** What the application shows: it puts messages by id, and changes those that it has. */
  shown(): Map<number, number> {
    const messages = new Map<number, number>()
    for (const { message, message_id = 0, rev } of this.applied) {
      const id = message?.id ?? message_id
      if (message || messages.has(id)) messages.set(id, rev)
    }
    return messages
  }

  #idOf(message: number): number {
    return [...new Set(this.#history)].indexOf(message) + 1
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constantFrom('send', 'lose', 'later'), message: fc.nat(6) }),
  fc.record({ do: fc.constantFrom('time', 'answer'), message: fc.constant(0) }),
)

test('while a conversation goes on, its repair loses no message and tells nothing twice or out of order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (script) => {
      const conversation = new Conversation()
      const late: Change[] = []
      for (const { do: what, message } of script) {
        if (what === 'time') await conversation.time()
        if (what === 'answer') await conversation.answer()
        if (what === 'lose') conversation.commit(message)
        if (what === 'later') late.push(conversation.commit(message))
        if (what !== 'send') continue
        for (const frame of [conversation.commit(message), ...late.splice(0)]) conversation.deliver(frame)
      }
      // The last one arrives, so that what was lost before it shows as a gap.
      conversation.deliver(conversation.commit(0))
      await conversation.settle()

      const order = conversation.applied.map(({ rev }) => rev)
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
      const truth = conversation.state().map(({ message, rev }) => [message?.id, rev])
      expect([...conversation.shown()].sort((a, b) => a[1] - b[1])).toEqual(truth)
    }),
    { numRuns: 1_000 },
  )
})
