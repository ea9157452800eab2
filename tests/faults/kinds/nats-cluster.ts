import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { Stand } from '../stand.ts'
import { withNats } from './bus.ts'

/** Longer than the longest wait before a server stands for election. */
const SPLIT_MS = 12_000
/** The signal by which nats-server hands over what it has before it ends. */
const LAME_DUCK = 'SIGUSR2'
const STREAM = '$JS.API.STREAM.INFO.LOG_AUTH'

const namesOf = ({ natsServers }: Stand): string[] => [...natsServers.byName.keys()]

interface StreamInfo {
  /** Names one among the streams that have had this name. */
  created: string
  cluster: { leader: string }
}

/** The stream of auth's events. */
export const streamInfo = (stand: Stand): Promise<StreamInfo> =>
  withNats(stand.natsUrl, async (nats) => (await nats.request(STREAM)).json<StreamInfo>())

const leaderOf = async (stand: Stand): Promise<string> => (await streamInfo(stand)).cluster.leader

const leaderKilled: Fault = {
  kind: 'the leader of a stream killed',
  ends: [],
  inflict: async ({ stand }) => stand.kill(await leaderOf(stand), 'SIGKILL'),
}

const otherKilled: Fault = {
  kind: 'one nats server of three killed',
  ends: [],
  inflict: async ({ stand, random }) => {
    const leader = await leaderOf(stand)
    await stand.kill(random.pick(namesOf(stand).filter((name) => name !== leader)), 'SIGKILL')
  },
}

const restartedInTurn: Fault = {
  kind: 'nats servers restarted in turn',
  ends: ['nats-1', 'nats-2', 'nats-3'],
  inflict: async ({ stand }) => {
    for (const server of stand.natsServers.byName.values()) await server.renew(LAME_DUCK)
  },
}

const split: Fault = {
  kind: 'one nats server split from two',
  ends: [],
  inflict: async ({ stand, random }) => {
    const heal = await stand.natsServers.split(random.pick(namesOf(stand)))
    await delay(SPLIT_MS)
    heal()
  },
}

/** What happens to three servers of NATS, and to one alone cannot. */
export const clusterKinds: readonly Fault[] = [leaderKilled, otherKilled, restartedInTurn, split]
