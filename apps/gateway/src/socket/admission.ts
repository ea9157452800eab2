import { RpcError, unavailable } from '@parley/service-kit'
import { fullBucket, take } from '../limits.ts'

/** Where sockets come from, and how many of them there are. */
export interface Place {
  readonly address: string
  sockets: number
  /** Those of them that have not said who they are. */
  strangers: number
}

export interface Admission {
  /** Why no socket may be opened from an address now; undefined when one may. */
  refusal(address: string): RpcError | undefined
  enter(address: string): Place
  leave(place: Place): void
  close(): void
}

export interface AdmissionOptions {
  factor: number
  mostSockets: number
  perSecond: number
  isOverloaded: () => boolean
}

const SOCKETS_PER_ADDRESS = 200
const STRANGERS_PER_ADDRESS = 20

export function createAdmission({
  factor,
  mostSockets,
  perSecond,
  isOverloaded,
}: AdmissionOptions): Admission {
  const places = new Map<string, Place>()
  const rate = { perSecond, burst: perSecond }
  const upgrades = fullBucket(rate, performance.now())
  let sockets = 0
  let isClosed = false

  return {
    refusal: (address) => {
      if (isClosed || sockets >= mostSockets || isOverloaded()) return unavailable(undefined, 2_000)
      const place = places.get(groupOf(address))
      const isFull =
        place &&
        (place.sockets >= SOCKETS_PER_ADDRESS * factor || place.strangers >= STRANGERS_PER_ADDRESS * factor)
      if (isFull) return new RpcError('rate_limited', { retry_after_ms: 5_000 })
      const waitMs = take(upgrades, rate, performance.now())
      return waitMs > 0 ? unavailable(undefined, waitMs) : undefined
    },
    enter: (address) => {
      const group = groupOf(address)
      let place = places.get(group)
      if (!place) places.set(group, (place = { address: group, sockets: 0, strangers: 0 }))
      place.sockets += 1
      sockets += 1
      return place
    },
    leave: (place) => {
      place.sockets -= 1
      sockets -= 1
      if (place.sockets === 0) places.delete(place.address)
    },
    close: () => void (isClosed = true),
  }
}

/** One customer has a whole /64 of IPv6 addresses. */
function groupOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::`
}
