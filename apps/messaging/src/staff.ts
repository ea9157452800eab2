import type { Payload, userChanged } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { sharesAll } from './domain/privacy.ts'
import type { StaffList, StaffMember } from './domain/staff-list.ts'
import { unwatch } from './presence/unwatch.ts'
import { saveCard } from './store/cards.ts'
import { listPrivacy } from './store/privacy.ts'
import { listStaff, saveRole, type StaffRow } from './store/staff.ts'
import type { Tables } from './store/tables.ts'

type Changed = Payload<typeof userChanged>

const REFRESH_MS = 10_000

/**
 * Who is staff, as the store's copy of auth's roles says, held in memory. A change is written to the store before this
 * process acts by it, so no process is ahead of the store. Each process hears auth's live copy of the event; where that
 * is lost, the event itself reaches one process, and the others read the store again.
 */
export class Staff implements StaffList, AsyncDisposable {
  readonly #db: Kysely<Tables>
  readonly #bus: Bus
  readonly #log: Logger
  readonly #stop: () => void
  #members: ReadonlyMap<number, StaffMember & StaffRow> = new Map()
  #ids: readonly number[] = []
  #last: Promise<unknown> = Promise.resolve()

  constructor({ db, bus, log }: { db: Kysely<Tables>; bus: Bus; log: Logger }) {
    this.#db = db
    this.#bus = bus
    this.#log = log
    const refresh = (): void => this.#report(this.refresh())
    const leave = bus.onReconnect(refresh)
    const timer = setInterval(refresh, REFRESH_MS)
    this.#stop = () => {
      leave()
      clearInterval(timer)
    }
  }

  get ids(): readonly number[] {
    return this.#ids
  }

  find(userId: number): StaffMember | undefined {
    return this.#members.get(userId)
  }

  /** The version of auth's record with which a person became staff; 0 for who is not. */
  since(userId: number): number {
    return this.#members.get(userId)?.since ?? 0
  }

  /** Reads the store again. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#read())
  }

  /** Copies what auth tells of a person. */
  change(changed: Changed): Promise<void> {
    return this.#inTurn(() => this.#save(changed))
  }

  /** As `change`, at once and in every process, but only of those who are or have just been staff. */
  hear(changed: Changed): void {
    this.#report(
      this.#inTurn(async () => {
        if (this.#isAbout(changed)) await this.#save(changed)
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop()
    await this.#last
  }

  async #save(changed: Changed): Promise<void> {
    const { card, role, version } = changed
    await saveCard(this.#db, card, version)
    await saveRole(this.#db, { user_id: card.id, role, version })
    if (this.#isAbout(changed)) await this.#read()
  }

  #isAbout({ card, role }: Changed): boolean {
    return role !== 'user' || this.#members.has(card.id)
  }

  async #read(): Promise<void> {
    const rows = await listStaff(this.#db)
    const ids = rows.map(({ card }) => card.id)
    const privacy = await listPrivacy(this.#db, ids)
    const before = this.#members
    this.#members = new Map(
      rows.map((row) => [row.card.id, { ...row, privacy: privacy.get(row.card.id) ?? sharesAll }]),
    )
    if (ids.join() !== this.#ids.join()) this.#ids = ids
    // Support was all that they shared with its people.
    for (const id of before.keys()) if (!this.#members.has(id)) unwatch(this.#bus.nats, id)
  }

  /** One after the other: what was read last is what holds. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#last.then(task)
    this.#last = done.catch(() => undefined)
    return done
  }

  #report(done: Promise<void>): void {
    done.catch((err: unknown) => this.#log.warn({ err }, 'staff cannot be read or written now'))
  }
}
