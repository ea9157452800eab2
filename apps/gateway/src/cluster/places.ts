import type { Siblings } from './siblings.ts'

/** Sockets of one address, or of one network of addresses. */
export class Place {
  readonly address: string
  /** Those of this gateway, and those of them that have not said who they are. */
  sockets = 0
  strangers = 0
  /** Whether the other gateways know of it. */
  isTold = false
  /** Whether they heard of its first socket after it was let in. */
  isToldLate = false
  readonly #changed: (place: Place) => void

  constructor(address: string, changed: (place: Place) => void) {
    this.address = address
    this.#changed = changed
  }

  changeStrangers(by: 1 | -1): void {
    this.strangers += by
    this.#changed(this)
  }
}

export interface Counts {
  sockets: number
  strangers: number
}

export interface Places {
  /** What is known of a place, over all gateways. */
  countsOf(address: string): Counts
  enter(address: string): Place
  leave(place: Place): void
  /** Runs when all that other gateways told before is known here; at the end of this turn where nothing has to be told. */
  settled(place: Place, then: () => void): void
}

/** `isLate` where it was kept back before. */
type PlaceRow = [address: string, sockets: number, strangers: number, isLate?: true]

/**
 * How many sockets come from where. A single socket of an address that no other gateway has spoken of is not told: most
 * addresses have no more than that.
 */
export function createPlaces(
  siblings: Pick<Siblings, 'topic' | 'onGone'>,
  onLate: (address: string, counts: Counts) => void,
): Places {
  const own = new Map<string, Place>()
  const others = new Map<string, Map<string, Counts>>()

  const rowOf = ({ address, sockets, strangers }: Place): [string, number, number] => [
    address,
    sockets,
    strangers,
  ]
  const isNews = (place: Place): boolean => place.isTold || place.sockets > 1 || others.has(place.address)
  const changed = (place: Place, then?: () => void): void => {
    if (!isNews(place)) return then?.()
    place.isTold = true
    teller.tell(rowOf(place), then)
  }
  const forget = (address: string, gateway: string): void => {
    const known = others.get(address)
    known?.delete(gateway)
    if (known?.size === 0) others.delete(address)
  }
  const learn = (gateway: string, [address, sockets, strangers, isLate]: PlaceRow): void => {
    if (sockets === 0) return forget(address, gateway)
    let known = others.get(address)
    if (!known) others.set(address, (known = new Map()))
    known.set(gateway, { sockets, strangers })
    const place = own.get(address)
    if (isLate && place) onLate(address, { sockets, strangers })
    if (!place || place.isTold) return
    place.isTold = place.isToldLate = true
    teller.tell([...rowOf(place), true])
  }
  const teller = siblings.topic<PlaceRow>('places', {
    receive: (gateway, rows) => {
      for (const row of rows) learn(gateway, row)
    },
    all: () => [...own.values()].filter(({ isTold }) => isTold).map(rowOf),
  })
  siblings.onGone((gateway) => {
    for (const address of others.keys()) forget(address, gateway)
  })

  return {
    countsOf: (address) => {
      const { sockets = 0, strangers = 0 } = own.get(address) ?? {}
      const total = { sockets, strangers }
      for (const known of others.get(address)?.values() ?? []) {
        total.sockets += known.sockets
        total.strangers += known.strangers
      }
      return total
    },
    enter: (address) => {
      let place = own.get(address)
      if (!place) own.set(address, (place = new Place(address, changed)))
      place.sockets += 1
      return place
    },
    leave: (place) => {
      place.sockets -= 1
      if (place.sockets === 0) own.delete(place.address)
      changed(place)
    },
    settled: changed,
  }
}
