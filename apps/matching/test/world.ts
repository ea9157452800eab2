import { makeId, type AnyRpc, type Caller, type Output, type Params } from '@parley/protocol'
import {
  connectBus,
  createLog,
  createMetrics,
  openDb,
  startService,
  type Bus,
  type CallOptions,
} from '@parley/service-kit'
import { createTestDatabase, eventually, startTestNats } from '@parley/testkit'
import { readConfig } from '../src/config.ts'
import { createMatchingMetrics } from '../src/metrics.ts'
import { startMatching } from '../src/service.ts'
import { migrations } from '../src/store/migrations/index.ts'
import { findProfile } from '../src/store/profiles.ts'
import type { Tables } from '../src/store/tables.ts'
import { startAuthNeighbour, startMessagingNeighbour } from './neighbours.ts'

export const callerOf = (user_id: number): Caller => ({ user_id, session_id: 's', role: 'user' })

export type World = Awaited<ReturnType<typeof startWorld>>

/** Matching with its real servers and its neighbours, and somebody who calls it as a gateway does. Without matching, the test starts it. */
export function startWorld({ withMatching = true } = {}) {
  return startService(async (use) => {
    const nats = use(await startTestNats())
    const { url: databaseUrl } = use(await createTestDatabase())
    const log = createLog({ service: 'test', instance: '', level: 'silent' })
    const place = { databaseUrl, natsUrl: nats.url, log }
    const auth = use(await startAuthNeighbour(place))
    const messaging = use(await startMessagingNeighbour(place))
    const config = readConfig({ NATS_URL: nats.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' })
    if (withMatching) use(await startMatching(config))
    const database = use(
      await openDb<Tables>({ url: databaseUrl, schema: 'matching', poolSize: 2, migrations, log }),
    )
    const { db } = database
    const metrics = createMetrics('test')
    const bus = use(await connectBus({ service: 'test', instance: '', url: nats.url, log, metrics }))

    let people = 0
    /** Somebody who exists, but whom nobody has announced: not yet a candidate. */
    const stranger = () => auth.add(makeId(10_000 + ++people, people % 256)).id
    /** Somebody with the blank profile that everybody starts with. */
    const person = async () => {
      const id = stranger()
      await auth.announce(auth.add(id))
      await eventually(async () => {
        if (!(await findProfile(db, id))) throw new Error('no profile yet')
      })
      return id
    }
    const counts = createMatchingMetrics(metrics)
    return { ...place, auth, messaging, config, db, bus, counts, stranger, person, as: asker(bus) }
  })
}

/** `as(user)(rpc, params)`: a call on a person's behalf. */
function asker(bus: Bus) {
  return (user_id: number, options: CallOptions = {}) =>
    <R extends AnyRpc>(rpc: R, params: Params<R>): Promise<Output<R>> =>
      bus.call(rpc, params, { ...options, caller: callerOf(user_id) })
}
