// Who of one lane is present, as gateways report it. Entries belong to a gateway and vanish with it. Time is given, in
// milliseconds of one clock.
import type { PresenceStatus } from '@parley/protocol'

interface Entry {
  gateway: string
  isOnline: boolean
}

interface Present {
  /** One for each gateway that holds a socket of the person. */
  entries: Entry[]
  /** What was told last. */
  told: PresenceStatus | undefined
  /** When the last entry ended, and when the person was last known to be there. */
  goneAt: number
  seenAt: number
}

/** What one gateway holds. */
interface Holding {
  users: Set<number>
  /** Whether the gateway has said it all since this lane has this owner. */
  isWhole: boolean
  /** Those named so far in a report of all. */
  named: Set<number> | undefined
  nextPart: number
}

export interface Told {
  user_id: number
  status: PresenceStatus
  /** Of who is offline: when they were last known to be there. */
  seenAt: number | null
}

export interface Report {
  gateway: string
  online: readonly number[]
  away: readonly number[]
  offline: readonly number[]
  whole?: { part: number; of: number } | undefined
}

export interface PresenceTimes {
  /** Between the end of a person's last socket and `offline`. */
  graceMs: number
  /** After a new owner's start, before it waits for no gateway any more: a gateway's lease and the grace. */
  settleMs: number
  /** After a new owner's start, until every living gateway has been heard of. */
  hearMs: number
}

export class LanePresence {
  readonly #startedAt: number
  readonly #times: PresenceTimes
  readonly #people = new Map<number, Present>()
  readonly #leaving = new Set<number>()
  readonly #gateways = new Map<string, Holding>()

  constructor(startedAt: number, times: PresenceTimes) {
    this.#startedAt = startedAt
    this.#times = times
  }

  get size(): number {
    return this.#people.size
  }

  isSettled(now: number): boolean {
    return now - this.#startedAt >= this.#times.settleMs
  }

  /** Whether everything that a gateway holds is known. */
  isWhole(gateway: string): boolean {
    return this.#gateways.get(gateway)?.isWhole === true
  }

  /** What is to be told of a report. */
  report({ gateway, online, away, offline, whole }: Report, now: number): Told[] {
    const holding = this.#holding(gateway)
    if (whole?.part === 0) Object.assign(holding, { named: new Set(), nextPart: 0 })
    const told: Told[] = []
    for (const [ids, isOnline] of [
      [online, true],
      [away, false],
    ] as const) {
      for (const userId of ids) this.#enter(userId, { gateway, isOnline }, told)
    }
    for (const userId of offline) this.#leave(userId, gateway, { goneAt: now, seenAt: now }, told)
    if (whole) this.#endPart(holding, { gateway, whole, now }, told)
    return told
  }

  /** A gateway is there no more; its people were last known to be there at `seenAt`. */
  drop(gateway: string, times: { goneAt: number; seenAt: number }): Told[] {
    const told: Told[] = []
    for (const userId of this.#gateways.get(gateway)?.users ?? []) this.#leave(userId, gateway, times, told)
    this.#gateways.delete(gateway)
    return told
  }

  /** Those whose grace is over. */
  tick(now: number): Told[] {
    if (!this.#isComplete(now)) return []
    const told: Told[] = []
    for (const userId of this.#leaving) {
      const { goneAt, seenAt } = this.#people.get(userId) as Present
      if (now - goneAt < this.#times.graceMs) continue
      this.#leaving.delete(userId)
      this.#people.delete(userId)
      told.push({ user_id: userId, status: 'offline', seenAt })
    }
    return told
  }

  /** Null while it cannot be known yet. */
  statusOf(userId: number, now: number): PresenceStatus | null {
    const told = this.#people.get(userId)?.told
    return told ?? (this.#isComplete(now) ? 'offline' : null)
  }

  /** A gateway that lives, and whose report of all is waited for. */
  expect(gateway: string): void {
    this.#holding(gateway)
  }

  /** Whether all that gateways hold is known: whoever lives has said it, or has had the time. */
  #isComplete(now: number): boolean {
    if (this.isSettled(now)) return true
    const isHeard = now - this.#startedAt >= this.#times.hearMs
    return isHeard && [...this.#gateways.values()].every(({ isWhole }) => isWhole)
  }

  #holding(gateway: string): Holding {
    let holding = this.#gateways.get(gateway)
    if (!holding) {
      holding = { users: new Set(), isWhole: false, named: undefined, nextPart: 0 }
      this.#gateways.set(gateway, holding)
    }
    return holding
  }

  #enter(userId: number, entry: Entry, told: Told[]): void {
    const holding = this.#holding(entry.gateway)
    holding.users.add(userId)
    holding.named?.add(userId)
    let person = this.#people.get(userId)
    if (!person) this.#people.set(userId, (person = { entries: [], told: undefined, goneAt: 0, seenAt: 0 }))
    const known = person.entries.find(({ gateway }) => gateway === entry.gateway)
    if (known) known.isOnline = entry.isOnline
    else person.entries.push(entry)
    this.#leaving.delete(userId)
    this.#tellChange(userId, person, told)
  }

  #leave(
    userId: number,
    gateway: string,
    { goneAt, seenAt }: { goneAt: number; seenAt: number },
    told: Told[],
  ): void {
    const holding = this.#gateways.get(gateway)
    holding?.users.delete(userId)
    holding?.named?.delete(userId)
    const person = this.#people.get(userId)
    const before = person?.entries.length
    if (!person || !before) return
    person.entries = person.entries.filter((entry) => entry.gateway !== gateway)
    if (person.entries.length === before) return
    if (person.entries.length > 0) return this.#tellChange(userId, person, told)
    Object.assign(person, { goneAt, seenAt })
    this.#leaving.add(userId)
  }

  #tellChange(userId: number, person: Present, told: Told[]): void {
    const status = person.entries.some(({ isOnline }) => isOnline) ? 'online' : 'away'
    if (person.told === status) return
    person.told = status
    told.push({ user_id: userId, status, seenAt: null })
  }

  /** A part that is not the next one says that one was lost: the gateway is asked anew. */
  #endPart(
    holding: Holding,
    { gateway, whole, now }: { gateway: string; whole: { part: number; of: number }; now: number },
    told: Told[],
  ): void {
    const { named } = holding
    if (!named || whole.part !== holding.nextPart) {
      holding.named = undefined
      return
    }
    holding.nextPart++
    if (whole.part < whole.of - 1) return
    for (const userId of holding.users)
      if (!named.has(userId)) this.#leave(userId, gateway, { goneAt: now, seenAt: now }, told)
    holding.isWhole = true
    holding.named = undefined
  }
}
