import { subjects } from '@parley/protocol'
import { readLaneParts, type Bus, type LaneReader, type Logger } from '@parley/service-kit'
import { createSocketCount, type PersonSockets } from '../cluster/person-sockets.ts'
import type { Siblings } from '../cluster/siblings.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { Attachments } from './attachments.ts'
import { Batch } from './batch.ts'
import { deliver, offer } from './deliver.ts'
import type { NoteDelivery } from './delivery-notes.ts'
import type { Peer } from './peer.ts'
import { wantedFrames, type Topics } from './topics.ts'

/** What a service tells the gateways of a person. */
interface Control {
  close_session?: string
  /** A conversation that they may not look at any more. */
  detach?: number
  /** Of whose presence it is not sure any more that they may see it. */
  unwatch?: readonly number[] | 'all'
  /** The sockets that another gateway holds of them. */
  sockets?: PersonSockets
}

type Subscription = ReturnType<Bus['nats']['subscribe']>

export interface Person {
  peers: Peer[]
  /** When their sockets at other gateways were opened, by gateway. */
  elsewhere: Map<string, readonly number[]> | undefined
  /** One for all sockets of the person here. */
  subscription: Subscription | undefined
  /** What messaging was told of the person's presence here. */
  reported: 'online' | 'away' | undefined
}

/** What else happens to sockets. */
export interface RegistryEvents {
  /** A socket of a person came or went. */
  personChanged(userId: number): void
  left(peer: Peer): void
  /** Whom these sockets may see is not sure any more. */
  unwatch(peers: readonly Peer[], userIds: readonly number[] | 'all'): void
}

export interface Registry {
  /** Everybody who is connected, authenticated or not. */
  all: Set<Peer>
  /** Everybody who has an authenticated socket. */
  people: ReadonlyMap<number, Person>
  /** Counts an authenticated socket; the oldest of a person who has too many makes room. */
  add(peer: Peer): void
  remove(peer: Peer): void
  /** Resolves when no frame of the person can be missed any more. */
  join(peer: Peer): Promise<void>
  /** Resolves when nothing can be missed that a service tells the gateways of the person. */
  listen(peer: Peer): Promise<void>
  closeSession(userId: number, sessionId: string): void
  /** What a lane tells people, those of other gateways among them. */
  fromLane(parts: Uint8Array): void
}

export interface RegistryOptions {
  bus: Pick<Bus, 'nats' | 'onReconnect'>
  siblings: Pick<Siblings, 'id' | 'count' | 'onGone'>
  confirm: () => Promise<void>
  attachments: Pick<Attachments, 'detach' | 'leave'>
  log: Logger
  metrics: GatewayMetrics
  events: RegistryEvents
  noteDelivery: NoteDelivery
}

/** Who is connected to this process, and the frames that the bus has for them. */
export function createRegistry(options: RegistryOptions): Registry {
  const { siblings, confirm, attachments, log, metrics, events, noteDelivery } = options
  const { nats } = options.bus
  const all = new Set<Peer>()
  const people = new Map<number, Person>()
  const socketCount = createSocketCount(options.bus, siblings)
  siblings.onGone((gateway) => {
    for (const person of people.values()) person.elsewhere?.delete(gateway)
  })
  options.bus.onReconnect(() => socketCount.sayAll(people))

  const closeSession = (userId: number, sessionId: string): void => {
    for (const peer of [...(people.get(userId)?.peers ?? [])]) {
      if (peer.caller?.session_id === sessionId) peer.close('session_ended')
    }
  }
  const control = (userId: number, line: string): void => {
    const { close_session, detach, unwatch, sockets } = JSON.parse(line) as Control
    const person = people.get(userId)
    if (!person) return
    const { peers } = person
    if (sockets !== undefined) socketCount.heard(userId, person, sockets)
    if (close_session !== undefined) closeSession(userId, close_session)
    if (detach !== undefined) for (const peer of peers) attachments.detach(peer, detach)
    if (unwatch !== undefined) events.unwatch(peers, unwatch)
  }
  const receive = (person: Person, kind: string | undefined, all: Batch): void => {
    for (const peer of person.peers) {
      if (!peer.isJoined || (kind === 'b' && isAttached(peer, all))) continue
      const batch = peer.topics === undefined ? all : wanted(all, peer.topics)
      if (!batch) continue
      const { count } = batch.encoded
      // A bump says what a replay under way may not know yet.
      if (kind === 'd' || (kind === 'b' && peer.held)) {
        deliver(peer, batch)
        metrics.framesOut('durable', count)
      } else if (!peer.held && offer(peer, batch)) metrics.framesOut('ephemeral', count)
      else metrics.framesDropped(count)
    }
  }
  const subscribe = (userId: number, person: Person): Subscription =>
    nats.subscribe(subjects.userAll(userId), {
      callback: (err, message) => {
        if (err) return log.error({ err }, "subscription to a person's frames failed")
        const kind = message.subject.at(-1)
        if (kind === 'c') for (const line of message.string().split('\n')) control(userId, line)
        else receive(person, kind, new Batch(message.data))
        if (message.headers) noteDelivery(message.headers)
      },
    })

  const laneReader: LaneReader<Person> = {
    find: (userId) => people.get(userId),
    deliver: (found, kind, lines) => {
      const batch = new Batch(lines)
      for (const person of found) receive(person, kind, batch)
    },
  }
  const listen = async (peer: Peer): Promise<void> => {
    const userId = peer.caller?.user_id ?? 0
    const person = people.get(userId)
    if (!person) return
    person.subscription ??= subscribe(userId, person)
    await confirm()
  }

  return {
    all,
    people,
    add: (peer) => {
      const userId = peer.caller?.user_id ?? 0
      let person = people.get(userId)
      if (!person) people.set(userId, (person = newPerson()))
      person.peers.push(peer)
      person.subscription ??= subscribe(userId, person)
      socketCount.came(userId, person)
      events.personChanged(userId)
    },
    remove: (peer) => {
      all.delete(peer)
      attachments.leave(peer)
      events.left(peer)
      const userId = peer.caller?.user_id ?? 0
      const person = people.get(userId)
      if (!person) return
      person.peers = person.peers.filter((other) => other !== peer)
      socketCount.left(userId, person)
      if (person.peers.length === 0) {
        person.subscription?.unsubscribe()
        people.delete(userId)
      }
      events.personChanged(userId)
    },
    join: (peer) => {
      peer.isJoined = true
      return listen(peer)
    },
    listen,
    closeSession,
    fromLane: (parts) => readLaneParts(parts, laneReader),
  }
}

const newPerson = (): Person => ({
  peers: [],
  elsewhere: undefined,
  subscription: undefined,
  reported: undefined,
})

/** Who is attached to a conversation gets its frames, and needs no bump. */
function isAttached({ attached }: Peer, bump: Batch): boolean {
  if (attached.size === 0) return false
  const [event] = bump.events
  return event?.type === 'bump' && attached.has(event.conversation_id)
}

/** What a socket of these topics gets of frames; undefined for nothing. */
function wanted(batch: Batch, topics: Topics): Batch | undefined {
  const frames = wantedFrames(batch.text.split('\n'), topics)
  return frames.length > 0 ? Batch.of(frames) : undefined
}
