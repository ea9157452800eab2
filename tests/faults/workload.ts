import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@parley/testkit'
import { inParallel } from '../client/in-parallel.ts'
import { match, registerMany } from '../client/people.ts'
import { Client } from './client.ts'
import { likeEachOther, type MutualLike } from './likes.ts'
import { createRandom, type Random } from './random.ts'
import { changeLater } from './changes.ts'
import type { Send } from './sends.ts'

export interface WorkloadOptions {
  gateways: readonly string[]
  seed: number
  pairs: number
  /** Of one client, on average. */
  sendEveryMs: number
  /** Of all clients, until everybody has liked everybody. */
  likeEveryMs: number
}

/** The conversation of a pair, and everything that either was made to send. */
export interface Talk {
  conversation_id: number
  clients: readonly [Client, Client]
  sends: Send[]
}

export interface Workload extends AsyncDisposable {
  clients: readonly Client[]
  talks: readonly Talk[]
  likes: readonly MutualLike[]
  /** Nothing new begins; resolves when what was begun has its answers and is shown, or at the deadline. */
  settle(deadlineMs: number): Promise<void>
}

// Of a hundred sends, 20 go over HTTP, and 5 of those are tried once.
const HTTP_PART = 0.2
const ONCE_PART = 0.05
const CHANGED_PART = 0.25
const START_MS = 60_000

/** Pairs that talk without a pause, while they and all others come to like each other. */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const { gateways, seed, pairs, sendEveryMs, likeEveryMs } = options
  const people = await registerMany(gateways, 2 * pairs)
  const random = createRandom(seed)
  const sent = new Map<string, { send: Send; by: Client }>()
  const onShown = (client_id: string, shownBy: Client): void => {
    const found = sent.get(client_id)
    if (found && found.by !== shownBy) found.send.shownAt ??= performance.now()
  }
  const clients = people.map((person, index) => {
    const own = createRandom(seed + index + 1)
    return new Client({ gateways, person, random: own, renewsInTime: index % 2 === 0, onShown })
  })
  const talks = await inParallel(4, couples(clients), async (both): Promise<Talk> => {
    const { conversation_id } = await match(random.pick(gateways), both[0].person, both[1].person)
    return { conversation_id, clients: both, sends: [] }
  })
  await eventually(() => assertWhole(clients), { timeoutMs: START_MS })

  const stop = new AbortController()
  const likes = talks.map(({ clients: both }): MutualLike => ({ clients: both, begunAt: 0, matchedAt: 0 }))
  const working = [
    ...talks.flatMap((talk) =>
      talk.clients.map((by, side) => {
        const own = createRandom(seed + 1_000 + 2 * talks.indexOf(talk) + side)
        const remember = (send: Send) => void sent.set(send.client_id, { send, by })
        return talkOn({ talk, by, random: own, everyMs: sendEveryMs, remember, signal: stop.signal })
      }),
    ),
    likeOn({ gateways, clients, likes, random, everyMs: likeEveryMs, signal: stop.signal }),
  ]
  return {
    clients,
    talks,
    likes,
    settle: async (deadlineMs) => {
      stop.abort()
      await Promise.all(working)
      await eventually(() => assertSettled(clients, talks), { timeoutMs: deadlineMs }).catch(() => undefined)
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()))
    },
  }
}

const couples = (clients: readonly Client[]): (readonly [Client, Client])[] =>
  clients.flatMap((ada, index) => (index % 2 ? [] : [[ada, clients[index + 1] as Client] as const]))

function assertWhole(clients: readonly Client[]): void {
  const late = clients.filter(({ isWhole }) => !isWhole).length
  if (late > 0) throw new Error(`${late} clients have no session yet`)
}

/** Everything acknowledged has been shown to both. */
function assertSettled(clients: readonly Client[], talks: readonly Talk[]): void {
  if (clients.some(({ hasUnacked }) => hasUnacked)) throw new Error('some sends have no answer yet')
  for (const { conversation_id, clients: both, sends } of talks) {
    const last = Math.max(0, ...sends.flatMap(({ acks }) => acks.map(({ rev }) => rev)))
    if (both.some((client) => client.log(conversation_id).rev < last))
      throw new Error('some have not seen all')
  }
}

interface TalkOn {
  talk: Talk
  by: Client
  random: Random
  everyMs: number
  remember: (send: Send) => void
  signal: AbortSignal
}

async function talkOn({ talk, by, random, everyMs, remember, signal }: TalkOn): Promise<void> {
  const underWay: Promise<void>[] = []
  for (let n = 1; !signal.aborted; n++) {
    await delay(everyMs * 2 * random.next(), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const chance = random.next()
    const send: Send = {
      client_id: randomUUID(),
      conversation_id: talk.conversation_id,
      content: `${by.person.username} ${n}`,
      isOnce: chance < ONCE_PART,
      acks: [],
      begunAt: performance.now(),
    }
    talk.sends.push(send)
    remember(send)
    by.send(send, chance < HTTP_PART ? 'http' : 'socket')
    if (random.next() < CHANGED_PART) underWay.push(changeLater({ talk, send, by, random, signal }))
  }
  await Promise.all(underWay)
}

interface LikeOn {
  gateways: readonly string[]
  clients: readonly Client[]
  likes: MutualLike[]
  random: Random
  everyMs: number
  signal: AbortSignal
}

/** Resolves when it was told to stop and all likes that were begun are answered. */
async function likeOn({ gateways, clients, likes, random, everyMs, signal }: LikeOn): Promise<void> {
  const strangers = clients.flatMap((ada, index) =>
    clients
      .slice(index + 1)
      .map((ben, further) => ({ both: [ada, ben] as const, isCouple: index % 2 === 0 && further === 0 })),
  )
  const underWay: Promise<void>[] = []
  for (const { both } of random.shuffled(strangers.filter(({ isCouple }) => !isCouple))) {
    await delay(everyMs * 2 * random.next(), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const like: MutualLike = { clients: both, begunAt: performance.now() }
    likes.push(like)
    underWay.push(likeEachOther(like, { gateways, random }))
  }
  await Promise.all(underWay)
}
