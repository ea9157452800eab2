import { limits, subjects } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'
import type { GatewayMetrics } from '../metrics.ts'
import { encodeLines } from './frames.ts'
import type { Peer } from './peer.ts'

type Subscription = ReturnType<Bus['nats']['subscribe']>

interface Person {
  peers: Peer[]
  /** One for all sockets of the person here, while one of them gets frames. */
  subscription: Subscription | undefined
}

export interface Registry {
  /** Everybody who is connected, authenticated or not. */
  all: Set<Peer>
  /** Counts an authenticated socket; the oldest of a person who has too many makes room. */
  add(peer: Peer): void
  remove(peer: Peer): void
  /** Resolves when no frame of the person can be missed any more. */
  join(peer: Peer): Promise<void>
  closeSession(userId: number, sessionId: string): void
}

export interface RegistryOptions {
  bus: Pick<Bus, 'nats'>
  log: Logger
  metrics: GatewayMetrics
}

const MOST_HELD_BYTES = 1_048_576
const FLUSH_MS = 5_000

/** Who is connected to this process, and the frames that the bus has for them. */
export function createRegistry({ bus: { nats }, log, metrics }: RegistryOptions): Registry {
  const all = new Set<Peer>()
  const people = new Map<number, Person>()
  let confirming: Promise<void> | undefined

  /** The server knows every subscription made so far. Those who ask in one turn share one round trip. */
  const confirm = (): Promise<void> =>
    (confirming ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      confirming = undefined
      return within(nats.flush(), FLUSH_MS)
    }))

  const closeSession = (userId: number, sessionId: string): void => {
    for (const peer of [...(people.get(userId)?.peers ?? [])]) {
      if (peer.caller?.session_id === sessionId) peer.close('session_ended')
    }
  }
  const control = (userId: number, { close_session: sessionId }: { close_session?: string }): void => {
    if (sessionId !== undefined) closeSession(userId, sessionId)
  }
  const receive = (person: Person, kind: string | undefined, lines: Uint8Array): void => {
    const { bytes, count } = encodeLines(lines)
    for (const peer of person.peers) {
      if (!peer.isJoined) continue
      if (kind === 'd') {
        deliver(peer, bytes)
        metrics.framesOut('durable', count)
      } else if (!peer.held && peer.offer(bytes)) metrics.framesOut('ephemeral', count)
      else metrics.framesDropped(count)
    }
  }
  const subscribe = (userId: number, person: Person): Subscription =>
    nats.subscribe(subjects.userAll(userId), {
      callback: (err, message) => {
        if (err) return log.error({ err }, "subscription to a person's frames failed")
        const kind = message.subject.at(-1)
        if (kind === 'c') control(userId, message.json())
        else receive(person, kind, message.data)
      },
    })

  return {
    all,
    add: (peer) => {
      const userId = peer.caller?.user_id ?? 0
      let person = people.get(userId)
      if (!person) people.set(userId, (person = { peers: [], subscription: undefined }))
      person.peers.push(peer)
      const open = person.peers.filter(({ isClosing }) => !isClosing)
      if (open.length > limits.sockets_per_user) open[0]?.close('replaced')
    },
    remove: (peer) => {
      all.delete(peer)
      const userId = peer.caller?.user_id ?? 0
      const person = people.get(userId)
      if (!person) return
      person.peers = person.peers.filter((other) => other !== peer)
      if (!person.peers.some(({ isJoined }) => isJoined)) {
        person.subscription?.unsubscribe()
        person.subscription = undefined
      }
      if (person.peers.length === 0) people.delete(userId)
    },
    join: async (peer) => {
      const userId = peer.caller?.user_id ?? 0
      const person = people.get(userId)
      if (!person) return
      peer.isJoined = true
      person.subscription ??= subscribe(userId, person)
      await confirm()
    },
    closeSession,
  }
}

/** A frame that must not be lost: during a replay it waits, so that what it changes is there already. */
function deliver(peer: Peer, frames: Buffer): void {
  if (!peer.held) return peer.write(frames)
  peer.held.push(frames)
  peer.heldBytes += frames.length
  if (peer.heldBytes > MOST_HELD_BYTES) peer.close('too_slow')
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer of NATS within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
