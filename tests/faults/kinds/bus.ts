import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'
import { subjects, userChanged } from '@parley/protocol'
import { damageStreams, eventually } from '@parley/testkit'
import type { Fault } from '../fault.ts'
import type { Fate } from '../net/nats-filter.ts'
import type { Random } from '../random.ts'

const MEDDLE_MS = 5_000
const PART = 0.2
const FULL_MS = 5_000
const ANSWERS_WITHIN_MS = 15_000
const STORE = 'jetstream'

/** What is for clients, whose copies NATS may lose: the store has the truth. */
const isDurable = (subject: string): boolean => /^(?:[uc]\..*\.d|f\.\d+)$/.test(subject)

const meddled = (kind: string, fates: readonly Fate[]): Fault => ({
  kind,
  ends: [],
  inflict: async ({ stand, clients, random }) => {
    let count = 0
    const end = stand.meddle((subject) => {
      const fate = fateOf(subject, fates, random)
      if (fate !== 'once') count++
      return fate
    })
    await delay(MEDDLE_MS)
    end()
    if (count === 0) throw new Error('no frame came by')
    // As each does every five minutes, which finds a loss that nothing later has shown.
    if (fates.includes('never')) for (const client of clients) client.sync()
  },
})

const fateOf = (subject: string, fates: readonly Fate[], random: Random): Fate =>
  isDurable(subject) && random.next() < PART ? random.pick(fates) : 'once'

export const framesDoubled = meddled('frames doubled and swapped', ['twice', 'later'])
export const framesLost = meddled('frames lost', ['never'])

/** JetStream holds nothing that Postgres does not. */
export const natsWiped: Fault = {
  kind: 'nats wiped',
  ends: ['nats'],
  inflict: ({ stand }) => stand.changeNats((dataDir) => rm(join(dataDir, STORE), { recursive: true })),
}

/** NATS has to be started again once there is space: it gives up what it could not write. */
export const natsDiskFull: Fault = {
  kind: 'disk of nats full',
  ends: ['nats'],
  inflict: async ({ stand }) => {
    const free = await stand.natsDisk?.fill()
    await delay(FULL_MS)
    await free?.()
    await stand.kill('nats', 'SIGKILL')
  },
}

const SERVICES = ['auth', 'matching']

export async function withNats<T>(
  url: string,
  use: (nats: Awaited<ReturnType<typeof connect>>) => Promise<T>,
): Promise<T> {
  const nats = await connect({ servers: url, name: 'faults', waitOnFirstConnect: true })
  try {
    return await use(nats)
  } finally {
    await nats.close()
  }
}

export const streamsDeleted: Fault = {
  kind: 'streams deleted',
  ends: [],
  inflict: ({ stand }) =>
    withNats(stand.natsUrl, async (nats) => {
      for (const service of SERVICES) {
        const subject = `$JS.API.STREAM.DELETE.LOG_${service.toUpperCase()}`
        // NATS answers before its streams do.
        await eventually(() => nats.request(subject), { timeoutMs: ANSWERS_WITHIN_MS })
      }
    }),
}

/** In every file of messages a byte is another one when NATS comes back. */
export const streamsDamaged: Fault = {
  kind: 'files of streams damaged',
  ends: ['nats'],
  inflict: async ({ stand }) => {
    let count = 0
    await stand.changeNats(async (dataDir) => {
      count = await damageStreams(dataDir)
    })
    if (count === 0) throw new Error('no file of a stream had a byte to change')
  },
}

/** Events that nobody can make sense of, between those that they can. */
export const poisonEvents: Fault = {
  kind: 'poison events',
  ends: [],
  inflict: ({ stand }) =>
    withNats(stand.natsUrl, async (nats) => {
      const poison = ['no JSON', JSON.stringify({ event: userChanged.name, payload: { id: 'seven' } })]
      for (const service of SERVICES) for (const line of poison) nats.publish(subjects.log(service), line)
      await nats.flush()
    }),
}
