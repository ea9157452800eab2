import {
  getPresence,
  presenceBroadcasts,
  reportPresence,
  subjects,
  watch,
  type Input,
  type PresenceStatus,
} from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import { eventually, startTestNats } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startNatsProxy } from './nats-proxy.ts'
import type { TestSocket } from './test-socket.ts'
import { ada, ben, startWorld, type World } from './world.ts'

const cat = 103 * 256 + 3
const SEEN = '2026-01-02T03:04:05.678Z'

/** What messaging would say. */
interface Messaging {
  world: World
  reports: Input<typeof reportPresence>[]
  epoch: number
  /** Whom anybody may see, and of whom it is hidden that they are there. */
  visible: Set<number>
  hidden: Set<number>
  status: Map<number, PresenceStatus | null>
  /** Runs while a question is under way. */
  onWatch: () => Promise<void>
  watches: number
  asked: number
}

async function startMessaging(options: { nats?: string; natsUrl?: string } = {}): Promise<Messaging> {
  const messaging: Omit<Messaging, 'world'> = {
    ...{ reports: [], epoch: 1, watches: 0, asked: 0 },
    ...{ visible: new Set(), hidden: new Set(), status: new Map(), onWatch: async () => undefined },
  }
  const world = await startWorld({
    ...(options.nats !== undefined && { nats: options.nats }),
    config: {
      PRESENCE_BEAT_MS: 100,
      ...(options.natsUrl !== undefined && { NATS_URL: options.natsUrl }),
    },
    handlers: [
      handle(watch, async ({ user_ids }) => {
        messaging.watches++
        const visible = user_ids.filter((id) => messaging.visible.has(id))
        const hidden = user_ids.filter((id) => messaging.hidden.has(id))
        await messaging.onWatch()
        return { visible: visible.map((user_id) => ({ user_id, last_seen: SEEN })), hidden }
      }),
    ],
    lanes: [
      handle(reportPresence, async (report) => {
        messaging.reports.push(report)
        return { lane: 0, owner_epoch: messaging.epoch }
      }),
      handle(getPresence, async ({ user_ids }) => {
        messaging.asked++
        const of = (id: number) => messaging.status.get(id)
        return {
          items: user_ids.map((user_id) => ({
            user_id,
            status: of(user_id) === undefined ? 'offline' : (of(user_id) ?? null),
            last_seen: null,
          })),
        }
      }),
    ],
  })
  return Object.assign(messaging, { world })
}

let messaging: Messaging
let socket: TestSocket
beforeAll(async () => (messaging = await startMessaging()))
afterAll(() => messaging.world[Symbol.asyncDispose]())
beforeEach(async () => {
  messaging.visible = new Set([ben])
  messaging.hidden = new Set([cat])
  messaging.status = new Map([[ben, 'online']])
  messaging.onWatch = async () => undefined
  socket = await messaging.world.live(ada)
  return () => socket[Symbol.asyncDispose]()
})

const publish = (subject: string, payload: object) =>
  messaging.world.bus.nats.publish(subject, JSON.stringify(payload))
const tell = (userId: number, status: PresenceStatus, more = {}) =>
  publish(subjects.presence(userId), {
    ...{ type: 'user_status', user_id: userId, status, ...more, timestamp: SEEN },
  })
const unwatch = (user_ids: number[] | 'all') => publish(subjects.user(ada, 'c'), { unwatch: user_ids })
const statuses = (of: TestSocket = socket) =>
  of.frames.filter(({ type }) => type === 'user_status').map(({ user_id, status }) => [user_id, status])
/** Waits until what was published before has been taken. */
const passed = async (of: TestSocket = socket) => {
  of.send({ type: 'request', method: 'auth.get_me', ref: 'me' })
  await of.next('response')
}
const watchAll = async (of: TestSocket = socket) => {
  of.send({ type: 'watch', user_ids: [ben, cat, 999], ref: 'w' })
  expect(await of.next('ack')).toEqual({ type: 'ack', ref: 'w' })
  await of.next('user_status')
  await of.next('user_status')
}

test('watch answers with one status for each whom the caller may see, then with changes; strangers give nothing', async () => {
  await watchAll()
  tell(ben, 'offline', { last_seen: SEEN })
  await socket.next('user_status')
  tell(ben, 'offline', { last_seen: SEEN })
  tell(cat, 'online')
  await passed()

  expect(statuses()).toEqual([
    [cat, 'offline'],
    [ben, 'online'],
    [ben, 'offline'],
  ])
  const frames = socket.frames.filter(({ type }) => type === 'user_status')
  expect(frames.map(({ last_seen }) => last_seen)).toEqual([undefined, undefined, SEEN])
})

test('a second watcher is answered from what is known, and of nobody who watches nothing is kept', async () => {
  await watchAll()
  const { asked } = messaging
  await using other = await messaging.world.live(ada)
  await watchAll(other)
  expect(messaging.asked).toBe(asked)
  expect(await messaging.world.metric('parley_watched_people')).toBe(1)

  socket.send({ type: 'watch', user_ids: [], ref: 'w' })
  await socket.next('ack')
  tell(ben, 'away')
  await other.next('user_status')
  expect(statuses()).toHaveLength(2)
  await other[Symbol.asyncDispose]()

  await eventually(async () => expect(await messaging.world.metric('parley_watched_people')).toBe(0))
})

test('a list is replaced: who stands on both is answered again, who does not is told of no more', async () => {
  messaging.visible = new Set([ben, cat])
  messaging.hidden = new Set()
  await watchAll()
  socket.send({ type: 'watch', user_ids: [cat] })
  await socket.next('user_status')
  tell(ben, 'away')
  tell(cat, 'away')
  await socket.next('user_status')

  expect(statuses().slice(2)).toEqual([
    [cat, 'offline'],
    [cat, 'away'],
  ])
})

test('a status that is not known yet is told once it is', async () => {
  messaging.status.set(ben, null)
  socket.send({ type: 'watch', user_ids: [ben], ref: 'w' })
  await socket.next('ack')
  await eventually(() => expect(messaging.asked).toBeGreaterThan(0))
  messaging.status.set(ben, 'away')
  await socket.next('user_status')

  expect(statuses()).toEqual([[ben, 'away']])
})

test('who may not be seen any more is shown as offline once, and no change of theirs is; a new watch brings them back', async () => {
  await watchAll()
  messaging.visible.delete(ben)
  messaging.hidden.add(ben)
  unwatch([ben, 999])
  tell(ben, 'away')
  await socket.next('user_status')
  tell(ben, 'online')
  await passed()
  expect(statuses().slice(2)).toEqual([[ben, 'offline']])

  messaging.visible.add(ben)
  messaging.hidden.delete(ben)
  await watchAll()
  expect(statuses().slice(3)).toContainEqual([ben, 'online'])
})

test('who may still be seen, by another conversation, goes on as if nothing had been', async () => {
  await watchAll()
  const { watches } = messaging
  unwatch('all')
  tell(ben, 'away')
  await socket.next('user_status')

  expect(messaging.watches).toBe(watches + 1)
  expect(statuses().slice(2)).toEqual([[ben, 'away']])
})

test('a switch of the watched person itself ends it for all who watch', async () => {
  await watchAll()
  messaging.visible.delete(ben)
  publish(subjects.presence(ben), { unwatch: true })
  await socket.next('user_status')

  expect(statuses().slice(2)).toEqual([[ben, 'offline']])
})

test('a right that ends while it is asked for is not granted by the answer', async () => {
  messaging.onWatch = async () => {
    messaging.onWatch = async () => undefined
    messaging.visible.delete(ben)
    unwatch([ben])
    await messaging.world.bus.nats.flush()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  socket.send({ type: 'watch', user_ids: [ben], ref: 'w' })
  await socket.next('ack')
  tell(ben, 'away')
  await passed()

  expect(statuses()).toEqual([])
})

test('S0, S1, S2, S3: who connects is online at once, and gone with the last socket', async () => {
  const { reports, world } = messaging
  const dan = 200 * 256 + 9
  const of = (status: PresenceStatus) => reports.filter((report) => report[status].includes(dan)).length
  const first = await world.live(dan)
  await eventually(() => expect(of('online')).toBe(1), { timeoutMs: 300 })
  const second = await world.live(dan)
  first.send({ type: 'presence', status: 'away', ref: 'p' })
  await first.next('ack')
  second.send({ type: 'presence', status: 'away' })
  await eventually(() => expect(of('away')).toBe(1))
  first.send({ type: 'presence', status: 'online' })
  await eventually(() => expect(of('online')).toBe(2))
  await first[Symbol.asyncDispose]()
  await eventually(() => expect(of('away')).toBe(2))
  await second[Symbol.asyncDispose]()
  await eventually(() => expect(of('offline')).toBe(1))
})

test('a new owner of a lane is told everybody, whether it asks or is noticed by its answer', async () => {
  const whole = () => messaging.reports.filter((report) => report.whole !== undefined)
  const before = whole().length
  publish(subjects.broadcast(presenceBroadcasts.wanted), { lane: 0, lanes: 1, owner_epoch: 5 })
  await eventually(() => expect(whole().length).toBe(before + 1))
  expect(whole().at(-1)).toMatchObject({ whole: { part: 0, of: 1 }, online: [ada] })

  messaging.epoch = 6
  socket.send({ type: 'presence', status: 'away' })
  await eventually(() => expect(whole().length).toBe(before + 2))
  expect(whole().at(-1)).toMatchObject({ away: [ada] })

  // An owner of before that still answers has not been told for good.
  messaging.epoch = 5
  const count = messaging.reports.length
  socket.send({ type: 'presence', status: 'online' })
  await eventually(() => expect(messaging.reports.length).toBeGreaterThan(count + 1))
  messaging.epoch = 6
})

test('when a new owner knows who is offline, those who went meanwhile are told', async () => {
  await watchAll()
  messaging.status.set(ben, 'offline')
  publish(subjects.broadcast(presenceBroadcasts.settled), { lane: 0, lanes: 1 })
  await socket.next('user_status')

  expect(statuses().slice(2)).toEqual([[ben, 'offline']])
})

test('a watch that nobody can answer is an error, and whom it watches is none of its fields', async () => {
  messaging.onWatch = async () => {
    throw new RpcError('unavailable')
  }
  socket.send({ type: 'watch', user_ids: [ben], ref: 'w' })
  expect(await socket.next('error')).toMatchObject({ ref: 'w', code: 'unavailable' })

  socket.send({ type: 'watch', user_ids: Array.from({ length: 101 }, () => ben), ref: 'w' })
  expect(await socket.next('error')).toMatchObject({ code: 'invalid', errors: [{ path: 'user_ids' }] })
  socket.send({ type: 'presence', status: 'invisible', ref: 'w' })
  expect(await socket.next('error')).toMatchObject({ code: 'invalid', errors: [{ path: 'status' }] })
})

test('after the bus was lost every list is asked anew: who changed is told, who did not is not', async () => {
  await using nats = await startTestNats()
  await using proxy = await startNatsProxy(nats.url)
  const cut = await startMessaging({ nats: nats.url, natsUrl: proxy.url })
  await using world = cut.world
  cut.visible = new Set([ben, cat])
  cut.status = new Map([
    [ben, 'online'],
    [cat, 'online'],
  ])
  await using watcher = await world.live(ada)
  watcher.send({ type: 'watch', user_ids: [ben, cat, 999], ref: 'w' })
  await watcher.next('user_status')
  await watcher.next('user_status')

  proxy.cut()
  await eventually(async () => expect((await world.call('/healthz')).status).toBe(503))
  cut.status.set(ben, 'away')
  cut.visible.delete(cat)
  proxy.heal()
  await watcher.next('user_status')
  await watcher.next('user_status')
  await watcher.next('caught_up')

  expect(statuses(watcher).slice(2).toSorted()).toEqual([
    [ben, 'away'],
    [cat, 'offline'],
  ])
}, 20_000)

test('who is on the list before and may not be seen by the next one is offline, once', async () => {
  await watchAll()
  messaging.visible.delete(ben)
  socket.send({ type: 'watch', user_ids: [ben], ref: 'w' })
  await socket.next('ack')
  messaging.hidden.add(ben)
  socket.send({ type: 'watch', user_ids: [ben], ref: 'w' })
  await socket.next('ack')
  await passed()

  expect(statuses().slice(2)).toEqual([
    [ben, 'offline'],
    [ben, 'offline'],
  ])
})

test('a socket that sends lists faster than they are answered is asked to wait', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  messaging.onWatch = () => promise
  for (let i = 0; i < 5; i++) socket.send({ type: 'watch', user_ids: [ben], ref: `w${i}` })

  expect(await socket.next('error')).toMatchObject({ ref: 'w4', code: 'rate_limited' })
  resolve()
  for (let i = 0; i < 4; i++) expect(await socket.next('ack')).toMatchObject({ ref: `w${i}` })
})

test('who comes is told to the lane that they are in, with others of it', async () => {
  const { reports, world, epoch } = messaging
  publish(subjects.broadcast(presenceBroadcasts.wanted), { lane: 0, lanes: 4, owner_epoch: epoch })
  await eventually(() => expect(reports.at(-1)).toMatchObject({ whole: {} }))
  const before = reports.length
  const [one, five, two] = [1, 5, 2].map((shard) => 300 * 256 + shard) as [number, number, number]
  const sockets = await Promise.all([one, five, two].map((id) => world.live(id)))
  const told = () => reports.slice(before).flatMap(({ shard, online }) => online.map((id) => [id, shard]))
  await eventually(() => expect(told()).toHaveLength(3))

  expect(Object.fromEntries(told())).toEqual({ [one]: 1, [five]: 1, [two]: 2 })
  for (const other of sockets) await other[Symbol.asyncDispose]()
  publish(subjects.broadcast(presenceBroadcasts.wanted), { lane: 0, lanes: 1, owner_epoch: epoch })
})
