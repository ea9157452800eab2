import type { Logger } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { saveLastSeen } from '../store/presence.ts'
import type { Tables } from '../store/tables.ts'

const SAVE_MS = 1_000
const MOST_AT_ONCE = 5_000

export interface LastSeenOptions {
  db: Kysely<Tables>
  log: Logger
}

/** Writes when people were last seen, in batches. What was written is remembered for one batch more, for those who read it at the same time. */
export class LastSeenLog implements AsyncDisposable {
  readonly #options: LastSeenOptions
  readonly #timer: NodeJS.Timeout
  #due = new Map<number, Date>()
  #written = new Map<number, Date>()
  #saving: Promise<void> | undefined

  constructor(options: LastSeenOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.#save(), SAVE_MS)
  }

  add(userId: number, seenAt: Date): void {
    this.#due.set(userId, seenAt)
  }

  find(userId: number): Date | undefined {
    return this.#due.get(userId) ?? this.#written.get(userId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#saving
    while (this.#due.size > 0 && (await this.#save()));
  }

  #save(): Promise<boolean> {
    if (this.#saving) return this.#saving.then(() => false)
    const rows = [...this.#due].slice(0, MOST_AT_ONCE)
    this.#written = new Map(rows)
    if (rows.length === 0) return Promise.resolve(true)
    for (const [userId] of rows) this.#due.delete(userId)
    const { db, log } = this.#options
    const saved = saveLastSeen(
      db,
      rows.map(([user_id, seen_at]) => ({ user_id, seen_at })),
    ).then(
      () => true,
      (err: unknown) => {
        log.warn({ err }, 'last-seen times not written; they are tried again')
        for (const [userId, seenAt] of rows) if (!this.#due.has(userId)) this.#due.set(userId, seenAt)
        return false
      },
    )
    this.#saving = saved.then(() => void (this.#saving = undefined))
    return saved
  }
}
