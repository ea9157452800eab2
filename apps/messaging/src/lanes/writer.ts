// One writer a lane, one batch at a time: whatever queued while a batch committed is the next batch. Counters come from
// memory, which is exact because the lane has one owner; the commit itself refuses a writer that is not the owner.
import { isOutage, kyselyOn, unavailable, type Bus } from '@parley/service-kit'
import type pg from 'pg'
import type { ConversationRecord } from '../domain/conversation.ts'
import { isEmpty, newDraft, type Draft } from '../domain/draft.ts'
import type { StaffList } from '../domain/staff-list.ts'
import type { LaneState } from '../metrics.ts'
import { isForeign, isRepeat } from '../store/database-errors.ts'
import { savePublished, type LaneRow } from '../store/lanes.ts'
import type { SentKey } from '../store/messages.ts'
import { listOutbox } from '../store/outbox.ts'
import type { Tables } from '../store/tables.ts'
import { touched } from './batch-rows.ts'
import type { Target } from './cache.ts'
import { commitBatch, type Session } from './commit.ts'
import { loadMissing, resolveTarget } from './load.ts'
import { makeNotifications } from './make-notifications.ts'
import { refuseLate, takeBatch, toWaiting, type Operation, type Waiting } from './operation.ts'
import { decodeOutgoing } from './outbox-lines.ts'
import { Outlet, type OutletOptions } from './outlet.ts'
import { Progress } from './progress.ts'
import { answerRepeats, findStored, type Repeats } from './repeats.ts'
import { SentMemory, sentKeys } from './sent-memory.ts'

export interface WriterOptions extends OutletOptions, Pick<Bus, 'tracing'> {
  /** The session that holds the lane's lock. What a batch reads is read here too: it does not wait for others' reads. */
  client: pg.Client
  lane: LaneRow
  staff: StaffList
  now: () => Date
  /** Another process owns the lane: nothing more can be written here. */
  onLost: () => void
  observeBatch: (operations: number, seconds: number) => void
  observeCommitted: (draft: Draft) => void
}

type Outcomes = Map<Waiting, unknown>

const MOST_WAITING = 20_000
const REMEMBERED_SENDS = 20_000
const OUTBOX_PAGE = 200

export class LaneWriter implements AsyncDisposable {
  readonly #options: WriterOptions
  readonly #session: Session
  readonly #sent = new SentMemory(REMEMBERED_SENDS)
  readonly #lane: LaneRow
  readonly #outlet: Outlet
  #queue: Waiting[] = []
  #tasks: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined
  #lost = false
  readonly #progress: Progress
  /** How often publishing was cut short, and which of these times has been made good. */
  #breaks = 0
  #healed = 0

  constructor(options: WriterOptions) {
    this.#options = options
    this.#session = { client: options.client, db: kyselyOn<Tables>(options.client) }
    this.#lane = { ...options.lane }
    this.#outlet = new Outlet(options)
    this.#progress = new Progress(options.lane.published_pos)
  }

  /** The operation's outcome, once it is committed. */
  write<T>(operation: Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#lost || this.#queue.length >= MOST_WAITING) return reject(unavailable())
      this.#queue.push(toWaiting(operation, { tracing: this.#options.tracing, resolve, reject }))
      this.#start()
    })
  }

  /** What waits for a batch, and what is committed and not known to be published. */
  state(): Omit<LaneState, 'count' | 'owned'> {
    return { waiting: this.#queue.length, ...this.#progress.state(this.#lane.pos) }
  }

  /** The bus is lost: nothing is published until `republish`. */
  cut(): void {
    this.#outlet.cut()
  }

  /** Sends every committed batch again that is not known to have been published. */
  republish(): Promise<void> {
    const breaks = ++this.#breaks
    return this.#between(async () => {
      const { client, lane } = this.#options
      for (let after = this.#progress.pos; ;) {
        const rows = await listOutbox(client, { lane: lane.lane, after, limit: OUTBOX_PAGE })
        for (const { pos, payload } of rows) {
          this.#outlet.repeat(decodeOutgoing(payload))
          after = pos
        }
        if (rows.length < OUTBOX_PAGE) break
      }
      this.#healed = breaks
      this.#outlet.mend()
    })
  }

  /** Notes how far publishing has come: a publish counts once a later flush has been answered. */
  async notePublished(): Promise<void> {
    const { pos, lane, owner_epoch } = this.#lane
    if (pos === this.#progress.saved || this.#lost) return
    // What a flush says that another connection answers, nobody knows.
    if (!this.#options.isConnected()) return
    // A flush after a break says nothing of what the break has swallowed.
    if (this.#healed !== this.#breaks) return this.#tasks.length > 0 ? undefined : this.republish()
    const flushedAt = performance.now()
    await this.#options.nats.flush()
    this.#progress.published(pos, flushedAt, this.#lane.pos)
    // Under load the next batch carries it.
    if (this.#running) return
    await this.#between(async () => {
      await savePublished(this.#options.client, { lane, owner_epoch, pos })
      this.#progress.saved = pos
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#running) await this.#running
    // What cannot be noted is published once more by the next owner.
    await this.notePublished().catch(() => undefined)
    this.#outlet[Symbol.dispose]()
    this.#lost = true
  }

  #between(task: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(unavailable())
      this.#tasks.push(() => task().then(resolve, reject))
      this.#start()
    })
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#queue.length > 0 || this.#tasks.length > 0) this.#start()
    })
  }

  async #run(): Promise<void> {
    // Requests that arrive in the same turn join the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0 || this.#tasks.length > 0) {
      for (const task of this.#tasks.splice(0)) await task()
      const batch = takeBatch(this.#queue)
      if (batch.length > 0) await this.#commit(batch)
    }
  }

  async #commit(waiting: Waiting[]): Promise<void> {
    const started = performance.now()
    const { lane } = this.#lane
    try {
      if (this.#lost) throw unavailable({ lane })
      for (const [operation, outcome] of await this.#write(waiting)) operation.resolve(outcome)
    } catch (err) {
      // An operation that was refused on its own has its answer already; rejecting it again changes nothing.
      for (const { reject } of waiting) reject(isOutage(err) || isForeign(err) ? unavailable(err) : err)
    }
    this.#options.observeBatch(waiting.length, (performance.now() - started) / 1_000)
  }

  /** Commits a batch. One that holds repeated sends is undone by the database and written again without them. */
  async #write(waiting: Waiting[]): Promise<Outcomes> {
    const { cache, now, staff } = this.#options
    const { db } = this.#session
    const loaded = await loadMissing({ db, staff }, cache, waiting)
    for (const { read } of waiting) await read?.()
    const draft = newDraft({ now: now().toISOString(), nextId: this.#lane.next_id, ...loaded })
    const { outcomes, repeats } = this.#applyAll(waiting, draft)
    try {
      await makeNotifications(db, draft)
      if (!isEmpty(draft)) await this.#store(draft)
    } catch (err) {
      for (const conversation of touched(draft)) cache.evict(conversation)
      this.#sent.forget(sentKeys(draft.messages.map(({ message }) => message)))
      if (isRepeat(err) && (await this.#learnRepeats(draft)))
        return this.#write([...outcomes.keys(), ...repeats.keys()])
      if (isForeign(err)) this.#lose()
      throw err
    }
    this.#outlet.tell(draft)
    this.#options.observeCommitted(draft)
    cache.trim()
    for (const [repeat, outcome] of await answerRepeats(db, repeats)) outcomes.set(repeat, outcome)
    return outcomes
  }

  #applyAll(waiting: Waiting[], draft: Draft): { outcomes: Outcomes; repeats: Repeats } {
    const outcomes: Outcomes = new Map()
    const repeats: Repeats = new Map()
    const started = performance.now()
    for (const operation of waiting) {
      try {
        if (refuseLate(operation, started)) continue
        const repeated = this.#repeatedKey(operation, draft)
        if (repeated) repeats.set(operation, repeated)
        else outcomes.set(operation, this.#apply(operation, draft))
      } catch (err) {
        operation.reject(err)
      }
    }
    return { outcomes, repeats }
  }

  #apply({ target, apply }: Waiting, draft: Draft): unknown {
    const before = draft.messages.length
    const outcome = apply(this.#find(target, draft), draft)
    for (const opened of draft.opened) this.#options.cache.put(opened)
    this.#sent.remember(sentKeys(draft.messages.slice(before).map(({ message }) => message)))
    return outcome
  }

  #find(target: Target, draft: Draft): ConversationRecord | undefined {
    const resolved = resolveTarget(target, draft.known)
    return resolved && this.#options.cache.get(resolved)
  }

  #repeatedKey({ target, once }: Waiting, draft: Draft): SentKey | undefined {
    const conversation = once && this.#find(target, draft)
    if (!conversation) return undefined
    const sent = { conversation_id: conversation.id, sender_id: once.sender_id, client_id: once.client_id }
    return this.#sent.has(sent) ? sent : undefined
  }

  async #learnRepeats(draft: Draft): Promise<boolean> {
    const stored = await findStored(this.#session.db, sentKeys(draft.messages.map(({ message }) => message)))
    this.#sent.remember(stored)
    return stored.length > 0
  }

  async #store(draft: Draft): Promise<void> {
    const published_pos = this.#progress.pos
    this.#lane.pos = await commitBatch(this.#session, draft, { ...this.#lane, published_pos })
    this.#lane.next_id = draft.nextId
    this.#progress.committed(published_pos)
  }

  #lose(): void {
    this.#lost = true
    this.#options.onLost()
  }
}
