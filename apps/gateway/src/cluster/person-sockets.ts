import { limits, subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import type { Peer } from '../socket/peer.ts'
import type { Siblings } from './siblings.ts'

/** The sockets that one gateway holds of a person. */
export interface PersonSockets {
  gateway: string
  /** When each was opened, in milliseconds since 1970. */
  opened: number[]
  /** Whether the others are to say theirs. */
  ask?: true
}

/** Who is counted. */
interface Counted {
  readonly peers: readonly Peer[]
  /** By gateway: when their sockets at other gateways were opened. */
  elsewhere: Map<string, readonly number[]> | undefined
}

export interface SocketCount {
  /** A socket of a person came. The oldest of all make room where there are too many. */
  came(userId: number, person: Counted): void
  left(userId: number, person: Counted): void
  /** Says all of them, after something may have been missed. */
  sayAll(people: ReadonlyMap<number, Counted>): void
  /** Another gateway says what it holds. */
  heard(userId: number, person: Counted, said: PersonSockets): void
}

/** How many sockets a person has, over all gateways: those that hold one tell each other, by the person's own subject. */
export function createSocketCount(
  { nats }: Pick<Bus, 'nats'>,
  siblings: Pick<Siblings, 'id' | 'count'>,
): SocketCount {
  const say = (userId: number, { peers }: Counted, more: Pick<PersonSockets, 'ask'> = {}): void => {
    const sockets: PersonSockets = { gateway: siblings.id, opened: open(peers).map(openedAt), ...more }
    nats.publish(subjects.user(userId, 'c'), JSON.stringify({ sockets }))
  }
  /** Whether one had to make room. */
  const makeRoom = ({ peers, elsewhere }: Counted): boolean => {
    const others = [...(elsewhere?.values() ?? [])].flat()
    const own = open(peers)
    const excess = own.length + others.length - limits.sockets_per_user
    if (excess <= 0) return false
    const oldest = [...own.map(openedAt), ...others].toSorted((a, b) => a - b).slice(0, excess)
    const until = oldest.at(-1) ?? 0
    const replaced = own.filter((peer) => openedAt(peer) <= until).slice(0, excess)
    for (const peer of replaced) peer.close('replaced')
    return replaced.length > 0
  }
  return {
    came: (userId, person) => {
      makeRoom(person)
      if (siblings.count() > 0) say(userId, person, { ask: true })
    },
    left: (userId, person) => {
      if (person.elsewhere && person.elsewhere.size > 0) say(userId, person)
    },
    sayAll: (people) => {
      for (const [userId, person] of people) {
        person.elsewhere = undefined
        say(userId, person, { ask: true })
      }
    },
    heard: (userId, person, { gateway, opened, ask }) => {
      if (gateway === siblings.id) return
      const elsewhere = (person.elsewhere ??= new Map())
      if (opened.length > 0) elsewhere.set(gateway, opened)
      else elsewhere.delete(gateway)
      const hasChanged = makeRoom(person)
      if (ask || hasChanged) say(userId, person)
    },
  }
}

const open = (peers: readonly Peer[]): Peer[] => peers.filter(({ isClosing }) => !isClosing)
const openedAt = (peer: Peer): number => Math.round((performance.timeOrigin + peer.openedAt) * 1_000) / 1_000
