import { listStaff, subjects, userChanged, type Payload } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'

export interface Staff extends AsyncDisposable {
  has(userId: number): boolean
  /** Resolves once it is known. */
  ready(): Promise<void>
}

const REFRESH_MS = 60_000

type Changed = Payload<typeof userChanged>

/** All pages of one answer. Those who want to know meanwhile share it. */
interface Reading {
  done: Promise<void>
  /** What was told while it is under way may be newer than its answer. */
  told: Map<number, Changed['role']>
}

/** Who is agent or admin, as auth says: read once somebody wants to know, then told by auth, and read again now and then. */
export function createStaff({ bus, log }: { bus: Bus; log: Logger }): Staff {
  let ids = new Set<number>()
  let known: Promise<void> | undefined
  let reading: Reading | undefined

  const readAll = async (told: Reading['told']): Promise<void> => {
    const found = new Set<number>()
    for (let after_id: number | undefined; ;) {
      const { user_ids, has_more } = await bus.call(listStaff, { after_id })
      for (const id of user_ids) found.add(id)
      after_id = user_ids.at(-1)
      if (!has_more) break
    }
    for (const [id, role] of told) note(found, id, role)
    ids = found
  }
  const read = (): Promise<void> => {
    if (reading) return reading.done
    const told: Reading['told'] = new Map()
    const done = readAll(told).finally(() => {
      reading = undefined
    })
    reading = { told, done }
    return done
  }
  const refresh = async (): Promise<void> => {
    if (!known) return
    try {
      // One that is under way may have asked too early to find what was missed.
      await reading?.done.catch(() => undefined)
      await read()
    } catch (err) {
      log.warn({ err }, 'who is staff cannot be read now')
    }
  }
  const subscription = bus.nats.subscribe(subjects.broadcast(userChanged.name), {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear whose role changes')
      if (!known) return
      const { card, role } = msg.json<Changed>()
      reading?.told.set(card.id, role)
      note(ids, card.id, role)
    },
  })
  bus.onReconnect(() => void refresh())
  const timer = setInterval(() => void refresh(), REFRESH_MS)
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

function note(ids: Set<number>, id: number, role: Changed['role']): void {
  if (role === 'user') ids.delete(id)
  else ids.add(id)
}
