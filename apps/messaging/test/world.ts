import { randomUUID } from 'node:crypto'
import { listCards, makeId, openConversation, type Caller, type Card } from '@parley/protocol'
import { connectBus, createLog, createMetrics, handle, type Bus } from '@parley/service-kit'
import { createTestDatabase, startTestNats } from '@parley/testkit'
import { readConfig } from '../src/config.ts'
import { startMessaging } from '../src/service.ts'

export interface Person extends Caller {
  card: Card
}

/** Messaging on a database and a nats-server of its own; auth's cards are answered here, on the other side of the bus. */
export async function startWorld(settings: Record<string, string> = {}, now?: () => Date) {
  const stack = new AsyncDisposableStack()
  const nats = stack.use(await startTestNats())
  const database = stack.use(await createTestDatabase())
  const log = createLog({ service: 'test', instance: '', level: 'error' })
  const bus = stack.use(
    await connectBus({ service: 'test', instance: '', url: nats.url, log, metrics: createMetrics('test') }),
  )
  const cards = new Map<number, Card>()
  stack.use(
    await bus.serve([
      handle(listCards, async ({ user_ids }) => ({ items: user_ids.flatMap((id) => cards.get(id) ?? []) })),
    ]),
  )
  const start = (more: Record<string, string> = {}) =>
    startMessaging(
      readConfig({
        DATABASE_URL: database.url,
        NATS_URL: nats.url,
        LOG_LEVEL: 'error',
        LANES: '4',
        ...settings,
        ...more,
      }),
      now,
    )
  const service = stack.use(await start())

  const person = (username = `user-${cards.size + 1}`): Person => {
    const id = makeId(1_000 + cards.size, (cards.size * 37) % 256)
    const card = { id, username, first_name: username, last_name: '', profile_picture: null }
    cards.set(id, card)
    return { user_id: id, session_id: 's', role: 'user', card }
  }
  return {
    bus,
    nats,
    database,
    cards,
    service,
    start,
    person,
    /** The direct conversation of two people. */
    direct: async (a: Caller, b: Caller) =>
      (await bus.call(openConversation, { kind: 'direct', user_id: b.user_id }, { caller: a })).conversation,
    frames: (who: Caller) => collectFrames(bus, [`u.*.${who.user_id}.*`]),
    /** What goes to those who look at a conversation and, in one order with it, to some people. */
    topic: (conversationId: number, ...people: Caller[]) =>
      collectFrames(bus, [`c.*.${conversationId}.*`, ...people.map(({ user_id }) => `u.*.${user_id}.*`)]),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

export interface Frames {
  /** Frames in the order they came. */
  list: Record<string, unknown>[]
}

/** What a gateway would pass on. */
async function collectFrames(bus: Bus, subjects: readonly string[]): Promise<Frames> {
  const list: Record<string, unknown>[] = []
  for (const subject of subjects) {
    bus.nats.subscribe(subject, {
      callback: (_err, msg) => {
        for (const line of msg.string().split('\n')) {
          const frame = JSON.parse(line) as Record<string, unknown>
          // Said to gateways about presence.
          if (!('unwatch' in frame)) list.push(frame)
        }
      },
    })
  }
  await bus.nats.flush()
  return { list }
}

export const clientId = (): string => randomUUID()
