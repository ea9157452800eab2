import { eventually } from '@parley/testkit'
import { inParallel } from '../client/in-parallel.ts'
import { logInAgain, registerMany, type Person } from '../client/people.ts'
import { Client } from './client.ts'
import { openGroup, wander, type Wanderer } from './groups.ts'
import { likeEachOther, likeOn, type MutualLike } from './likes.ts'
import { createRandom } from './random.ts'
import type { Send } from './sends.ts'
import { talkOn, type Talk } from './talks.ts'
import { within } from './within.ts'

export interface WorkloadOptions {
  gateways: readonly string[]
  seed: number
  pairs: number
  groups: number
  /** Of all clients together. */
  sendsPerSecond: number
  /** Of all clients, until everybody has liked everybody. */
  likeEveryMs: number
}

export interface Workload extends AsyncDisposable {
  clients: readonly Client[]
  talks: readonly Talk[]
  wanderers: readonly Wanderer[]
  likes: readonly MutualLike[]
  /**
   * Nothing new begins; resolves when what was begun has its answers and is shown, or at the deadline. Gives in words what
   * was not at its end by then.
   */
  settle(deadlineMs: number): Promise<string[]>
}

const START_MS = 60_000
/** Of a group; the last of them come and go. */
const GROUP = 8
const WANDERING = 2
/** One in so many has a second device. */
const SECOND_DEVICE = 5

/** Pairs and groups that talk without a pause, while people come and go, read, and come to like each other. */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const { gateways, seed, pairs, groups, sendsPerSecond, likeEveryMs } = options
  const random = createRandom(seed)
  await using stack = new AsyncDisposableStack()
  const sent = new Map<string, { send: Send; by: Client }>()
  const onShown = (client_id: string, shownBy: Client): void => {
    const found = sent.get(client_id)
    if (found && found.by.person.id !== shownBy.person.id) found.send.shownAt ??= performance.now()
  }
  let count = 0
  const open = (person: Person): Client => {
    const own = createRandom(seed + ++count)
    const renewsInTime = count % 2 === 0
    return stack.use(new Client({ gateways, person, random: own, renewsInTime, onShown }))
  }
  const clients = (await registerMany(gateways, 2 * pairs)).map(open)
  const seconds = await inParallel(
    4,
    clients.filter((_, index) => index % SECOND_DEVICE === 0),
    async ({ person }) => {
      const again = () => logInAgain(random.pick(gateways), person)
      return [person.id, open(await eventually(again, { timeoutMs: START_MS }))] as const
    },
  )
  const devices = new Map(seconds)
  const screensOf = (members: readonly Client[]): Client[] =>
    members.flatMap((client) => [client, devices.get(client.person.id) ?? []].flat())

  const likes: MutualLike[] = []
  const couples = await inParallel(4, couplesOf(clients), async (members): Promise<Talk> => {
    const like: MutualLike = { clients: members, begunAt: 0 }
    const matched = await likeEachOther(like, { gateways, random })
    if (!matched) {
      const told = members.flatMap(({ notes }) => notes.faults).join('; ')
      throw new Error(`two who like each other have no match: ${told}`)
    }
    likes.push(like)
    const { conversation_id } = matched
    return { conversation_id, members, screens: screensOf(members), sends: [], read: new Map() }
  })
  const circles = await inParallel(
    2,
    [...Array(groups).keys()],
    async (): Promise<Talk & { all: Client[] }> => {
      const all = random.shuffled(clients).slice(0, GROUP)
      const opened = () => openGroup(random.pick(gateways), all)
      const conversation_id = await eventually(opened, { timeoutMs: START_MS })
      const members = all.slice(0, -WANDERING)
      return { conversation_id, all, members, screens: screensOf(members), sends: [], read: new Map() }
    },
  )
  const talks = [...couples, ...circles]
  const everybody = [...clients, ...devices.values()]
  await eventually(() => assertWhole(everybody), { timeoutMs: START_MS })

  const stop = new AbortController()
  stack.defer(() => stop.abort())
  const { signal } = stop
  const wanderers = circles.flatMap(({ conversation_id, all }) =>
    all
      .slice(-WANDERING)
      .map((client): Wanderer => ({ conversation_id, client, owner: all[0] as Client, isIn: true })),
  )
  const speakers = talks.flatMap((talk) => talk.members.map((by) => ({ talk, by })))
  const everyMs = (1_000 * speakers.length) / sendsPerSecond
  const working = [
    ...speakers.map(({ talk, by }, index) => {
      const remember = (send: Send) => void sent.set(send.client_id, { send, by })
      return talkOn({ talk, by, random: createRandom(seed + 1_000 + index), everyMs, remember, signal })
    }),
    ...wanderers.map((wanderer, index) =>
      wander(wanderer, { gateways, random: createRandom(seed + 2_000 + index), signal }),
    ),
    likeOn({ gateways, clients, likes, random, everyMs: likeEveryMs, signal }),
  ]
  // Is looked at when all has come to its end, and not before.
  const worked = Promise.all(working)
  worked.catch(() => undefined)
  const keep = stack.move()
  return {
    ...{ clients: everybody, talks, likes, wanderers },
    settle: async (deadlineMs) => {
      stop.abort()
      const deadline = performance.now() + deadlineMs
      const faults: string[] = []
      const note = (err: Error): void => void faults.push(err.message)
      await within(deadlineMs, 'what people had begun', worked).catch(note)
      const timeoutMs = deadline - performance.now()
      await eventually(() => assertSettled(everybody, talks), { timeoutMs }).catch(note)
      return faults
    },
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

const couplesOf = (clients: readonly Client[]): (readonly [Client, Client])[] =>
  clients.flatMap((ada, index) => (index % 2 ? [] : [[ada, clients[index + 1] as Client] as const]))

function assertWhole(clients: readonly Client[]): void {
  const late = clients.filter(({ isWhole }) => !isWhole).length
  if (late > 0) throw new Error(`${late} clients have no session yet`)
}

/** Everything acknowledged has been shown to all. */
function assertSettled(clients: readonly Client[], talks: readonly Talk[]): void {
  if (clients.some(({ unacked }) => unacked > 0)) throw new Error('some sends have no answer yet')
  for (const { conversation_id, screens, sends } of talks) {
    let last = 0
    for (const { acks } of sends) for (const { rev } of acks) last = Math.max(last, rev)
    if (screens.some((client) => client.log(conversation_id).rev < last))
      throw new Error('some have not seen all')
  }
}
