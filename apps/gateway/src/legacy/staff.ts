import { listStaff, subjects, userChanged, type Payload } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'

export interface Staff extends AsyncDisposable {
  has(userId: number): boolean
  /** Resolves once it is known. */
  ready(): Promise<void>
}

const REFRESH_MS = 60_000

/** Who is agent or admin, as auth says: read once somebody wants to know, then told by auth, and read again now and then. */
export function createStaff({ bus, log }: { bus: Bus; log: Logger }): Staff {
  let ids = new Set<number>()
  let known: Promise<void> | undefined
  /** What was told while a read was under way may be newer than its answer. */
  let told: Payload<typeof userChanged>[] = []

  const apply = ({ card, role }: Payload<typeof userChanged>): void => {
    if (role === 'user') ids.delete(card.id)
    else ids.add(card.id)
  }
  const read = async (): Promise<void> => {
    told = []
    const found = new Set<number>()
    for (let after_id: number | undefined; ;) {
      const { user_ids, has_more } = await bus.call(listStaff, { after_id })
      for (const id of user_ids) found.add(id)
      after_id = user_ids.at(-1)
      if (!has_more) break
    }
    ids = found
    for (const changed of told) apply(changed)
  }
  const refresh = (): void => {
    if (known) read().catch((err: unknown) => log.warn({ err }, 'who is staff cannot be read now'))
  }
  const subscription = bus.nats.subscribe(subjects.broadcast(userChanged.name), {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear whose role changes')
      const changed = msg.json<Payload<typeof userChanged>>()
      if (changed.role === 'user' && !ids.has(changed.card.id)) return
      told.push(changed)
      apply(changed)
    },
  })
  bus.onReconnect(refresh)
  const timer = setInterval(refresh, REFRESH_MS)
  return {
    has: (userId) => ids.has(userId),
    ready: () => {
      if (known) return known
      const first = read()
      known = first
      first.catch(() => (known = undefined))
      return first
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      subscription.unsubscribe()
    },
  }
}
