import { freePort, type RunningNats } from '@parley/local-stack'
import { beginWhole, expectWhole } from '../deployment/whole-cluster.ts'
import { natsClient } from './net/names.ts'
import { startProxy, type Proxy } from './net/proxy.ts'
import type { Random } from './random.ts'
import { ownNats, supervise, type Server, type Supervised } from './servers.ts'

/** The NATS servers of a stand, one or a cluster of several. */
export interface NatsServers extends AsyncDisposable {
  /** Of the first. */
  url: string
  /** Of one that clients may come to, by chance. */
  port(): number
  byName: ReadonlyMap<string, Supervised>
  pids(): [string, number][]
  /** Rejects while one of several is not in the cluster. */
  expectWhole(): Promise<void>
  /** Parts one from the others, until the function that it gives is called. */
  split(name: string): Promise<() => void>
}

export async function startOneNats(disk?: string): Promise<NatsServers> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await ownNats(disk))
  const byName = new Map([['nats', stack.use(supervise(server))]])
  const keep = stack.move()
  return {
    url: server.url,
    port: () => server.port,
    byName,
    pids: () => [['nats', server.pid()]],
    // One has nobody to be parted from.
    expectWhole: () => Promise.resolve(),
    split: () => Promise.reject(new Error('one server cannot be split')),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

interface Member extends AsyncDisposable {
  name: string
  server: Server<RunningNats>
}

const NAMES = ['nats-1', 'nats-2', 'nats-3']
const NOTHING = { isCut: true }

/** As the manifests have it: whoever connects comes to any of three. */
export async function startThreeNats(random: Random): Promise<NatsServers> {
  await using stack = new AsyncDisposableStack()
  const places = await Promise.all(
    NAMES.map(async (name) => {
      const port = await freePort()
      // A server says its id where a client says its name.
      const way = stack.use(await startProxy({ target: port, random, nameOf: natsClient }))
      return { name, port, way }
    }),
  )
  const begin = async (): Promise<AsyncDisposable & { monitors: string[]; members: Member[] }> => {
    const outcomes = await Promise.allSettled(
      places.map(async ({ name, port, way }): Promise<Member> => {
        const routes = places.filter((place) => place.name !== name).map((place) => place.way.port)
        const server = await ownNats(undefined, { name, port, advertisedPort: way.port, routes })
        return { name, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
      }),
    )
    await using begins = new AsyncDisposableStack()
    const begun = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [begins.use(outcome.value)] : [],
    )
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    const members = begins.move()
    const monitors = begun.map(({ server }) => monitorOf(server))
    return { members: begun, monitors, [Symbol.asyncDispose]: () => members.disposeAsync() }
  }
  const { members } = stack.use(await beginWhole(begin))
  const byName = new Map(members.map(({ name, server }) => [name, stack.use(supervise(server))]))
  const keep = stack.move()
  return {
    url: members[0]!.server.url,
    port: () => random.pick(members).server.port,
    byName,
    pids: () => members.map(({ name, server }) => [name, server.pid()]),
    // A server tells of itself at another port each time that it is started.
    expectWhole: () => expectWhole(members.map(({ server }) => monitorOf(server))),
    split: async (name) => {
      const { server } = members.find((member) => member.name === name)!
      const { server_id } = (await (await fetch(`${monitorOf(server)}/varz`)).json()) as { server_id: string }
      const cut = ({ way, ...place }: { name: string; way: Proxy }) =>
        way.bring({ there: NOTHING, back: NOTHING }, (other) => place.name === name || other === server_id)
      const heals = places.map(cut)
      return () => heals.forEach((heal) => heal())
    },
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

const monitorOf = (server: Server<RunningNats>): string => server.running().monitorUrl!
