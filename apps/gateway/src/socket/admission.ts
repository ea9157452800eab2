import { RpcError, unavailable } from '@parley/service-kit'
import { createPlaces, type Counts, type Place } from '../cluster/places.ts'
import type { Siblings } from '../cluster/siblings.ts'
import { networkOf } from '../access/client-address.ts'
import { fullBucket, take } from '../limits.ts'

export type { Place }

/** A socket, as far as it is counted. */
export interface Guest {
  readonly place: Place
  readonly isStranger: boolean
  setStranger(isStranger: boolean): void
  close(reason: 'rate_limited'): void
  /** Whether it counts, from when it was opened until it has left. */
  isCounted: boolean
}

export interface Admission {
  /** Why no socket may be opened from an address now; undefined when one may. */
  refusal(address: string): RpcError | undefined
  enter(address: string): Place
  /** Closes a socket again that was opened at the same moment as others at other gateways, one too many together. */
  confirm(guest: Guest): void
  leave(guest: Guest): void
  close(): void
}

export interface AdmissionOptions {
  siblings: Pick<Siblings, 'topic' | 'onGone'>
  factor: number
  mostSockets: number
  perSecond: number
  isOverloaded: () => boolean
}

const SOCKETS_PER_ADDRESS = 200
const STRANGERS_PER_ADDRESS = 20
const RECENT_MS = 5_000

/** A socket that was opened, and how many there were with it at all gateways, in the one order in which all hear of them. */
interface Arrival {
  readonly guest: Guest
  readonly order: number
  readonly at: number
  /** Unknown until it has come back by the bus. */
  position: Counts | undefined
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { siblings, factor, mostSockets, perSecond, isOverloaded } = options
  /** The first socket of a place, let in before others were heard: it is looked at again once they are. */
  const unheard = new WeakMap<Place, Arrival>()
  /** Those that are still on their way over the bus. */
  const unsettled = new Set<Arrival>()
  /** Those of the last seconds that have not left. */
  const recent = new Map<Guest, Arrival>()
  let order = 0
  /** A socket is told that was kept back before: all that were told since have one more before them. */
  const makeRoom = (address: string, { sockets: late, strangers }: Counts): void => {
    const at = performance.now()
    for (const arrival of [...recent.values()].reverse()) {
      if (at - arrival.at >= RECENT_MS) return
      const { guest, position } = arrival
      if (guest.place.address !== address || !position) continue
      position.sockets += late
      position.strangers += strangers
      check(arrival)
    }
  }
  const places = createPlaces(siblings, makeRoom)
  const rate = { perSecond, burst: perSecond }
  const upgrades = fullBucket(performance.now())
  const most: Counts = { sockets: SOCKETS_PER_ADDRESS * factor, strangers: STRANGERS_PER_ADDRESS * factor }
  let sockets = 0
  let isClosed = false

  const leave = (guest: Guest): void => {
    if (!guest.isCounted) return
    guest.setStranger(false)
    guest.isCounted = false
    recent.delete(guest)
    sockets -= 1
    places.leave(guest.place)
  }
  /** Closes a socket that is one too many, unless others have left since. */
  const check = ({ guest, position }: Arrival): void => {
    if (!guest.isCounted || !position) return
    const counts = places.countsOf(guest.place.address)
    const isOver = (of: keyof Counts): boolean => position[of] > most[of] && counts[of] > most[of]
    if (!isOver('sockets') && !(guest.isStranger && isOver('strangers'))) return
    leave(guest)
    guest.close('rate_limited')
  }
  /** All that was told before a socket, and those of this gateway that were not opened after it. */
  const positionOf = (arrival: Arrival): Counts => {
    const { place } = arrival.guest
    const position = places.countsOf(place.address)
    for (const { guest, order: other } of unsettled) {
      if (other <= arrival.order || guest.place !== place || !guest.isCounted) continue
      position.sockets -= 1
      if (guest.isStranger) position.strangers -= 1
    }
    return position
  }
  const settle = (arrival: Arrival): void => {
    arrival.position = positionOf(arrival)
    check(arrival)
  }
  const forgetOld = (now: number): void => {
    for (const [guest, { at }] of recent) {
      if (now - at < RECENT_MS) break
      recent.delete(guest)
    }
  }
  return {
    refusal: (address) => {
      if (isClosed || sockets >= mostSockets || isOverloaded()) return unavailable(undefined, 2_000)
      const counts = places.countsOf(networkOf(address))
      const isFull = counts.sockets >= most.sockets || counts.strangers >= most.strangers
      if (isFull) return new RpcError('rate_limited', { retry_after_ms: 5_000 })
      const waitMs = take(upgrades, rate, performance.now())
      return waitMs > 0 ? unavailable(undefined, waitMs) : undefined
    },
    enter: (address) => {
      sockets += 1
      return places.enter(networkOf(address))
    },
    confirm: (guest) => {
      const { place } = guest
      const arrival: Arrival = { guest, order: ++order, at: performance.now(), position: undefined }
      forgetOld(arrival.at)
      recent.set(guest, arrival)
      unsettled.add(arrival)
      places.settled(place, () => {
        const first = unheard.get(place)
        unheard.delete(place)
        // Of one that was told late the others know, and have made room.
        if (first && !place.isToldLate) settle(first)
        settle(arrival)
        unsettled.delete(arrival)
      })
      if (!place.isTold) unheard.set(place, arrival)
    },
    leave,
    close: () => void (isClosed = true),
  }
}
