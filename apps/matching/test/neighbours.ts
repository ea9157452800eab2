// Auth and messaging as matching meets them: their RPCs and events on the real bus.
import {
  checkLane,
  closeMatchConversation,
  describeLanes,
  getMessage,
  listCards,
  listMessages,
  makeId,
  matchEnded,
  matchMade,
  openMatchConversation,
  pairShard,
  userBlocked,
  userChanged,
  userUnblocked,
  type Card,
  type Event,
  type Message,
  type Payload,
} from '@parley/protocol'
import {
  appendEvent,
  connectBus,
  consumeEvents,
  createMetrics,
  handle,
  onEvent,
  openDb,
  outboxMigration,
  outboxStreamMigration,
  relayOutbox,
  RpcError,
  startService,
  type Logger,
  type Use,
} from '@parley/service-kit'

interface Place {
  databaseUrl: string
  natsUrl: string
  log: Logger
}

/** Accounts: people exist from `register` to `remove`. */
export function startAuthNeighbour({ databaseUrl, natsUrl, log }: Place) {
  return startService(async (use: Use) => {
    const service = 'auth'
    const migrations = { '0001-outbox': outboxMigration, '0002-stream': outboxStreamMigration }
    const database = use(
      await openDb<object>({ url: databaseUrl, schema: service, poolSize: 2, migrations, log }),
    )
    const metrics = createMetrics(service)
    const bus = use(await connectBus({ service, instance: '', url: natsUrl, log, metrics }))
    const relay = use(relayOutbox({ service, database, bus, log }))
    const cards = new Map<number, Card>()
    const answer = handle(listCards, ({ user_ids }) =>
      Promise.resolve({ items: user_ids.flatMap((id) => cards.get(id) ?? []) }),
    )
    use(await bus.serve([answer]))
    const announce = async (card: Card) => {
      await database.db
        .transaction()
        .execute((tx) => appendEvent(tx, userChanged, { card, role: 'user', version: 1 }))
      relay.wake()
    }
    return {
      /** A person whom only `list_cards` knows; `announce` tells the others. */
      add: (id: number): Card => {
        const card = { id, username: `user_${id}`, first_name: 'A', last_name: 'B', profile_picture: null }
        cards.set(id, card)
        return card
      },
      remove: (id: number) => void cards.delete(id),
      announce,
    }
  })
}

interface ReadableMessage {
  message: Message
  readers: number[]
}

/** What messaging lets a person read. */
function readers(messages: readonly ReadableMessage[]) {
  const readableBy = (user_id: number) =>
    messages.filter(({ readers }) => readers.includes(user_id)).map(({ message }) => message)
  return [
    handle(getMessage, ({ message_id }, { caller, fail }) => {
      const found = readableBy(caller.user_id).find(({ id }) => id === message_id)
      return found ? Promise.resolve(found) : Promise.reject(fail('message_not_found'))
    }),
    handle(listMessages, ({ conversation_id, limit }, { caller, fail }) => {
      const items = readableBy(caller.user_id).filter((found) => found.conversation_id === conversation_id)
      if (items.length === 0) return Promise.reject(fail('conversation_not_found'))
      return Promise.resolve({ items: items.slice(-(limit ?? 50)), next_cursor: null })
    }),
  ]
}

/** Conversations of matches: one a pair, however often it is opened. */
export function startMessagingNeighbour({ natsUrl, log }: Omit<Place, 'databaseUrl'>) {
  return startService(async (use: Use) => {
    const service = 'messaging'
    const metrics = createMetrics(service)
    const bus = use(await connectBus({ service, instance: '', url: natsUrl, log, metrics }))
    const state = {
      opened: [] as Payload<typeof matchMade>[],
      closed: [] as Payload<typeof matchEnded>[],
      made: [] as Payload<typeof matchMade>[],
      ended: [] as Payload<typeof matchEnded>[],
      /** Every event, in the order of the stream. */
      heard: [] as Record<string, unknown>[],
      messages: [] as ReadableMessage[],
      /** Runs before each opening. */
      beforeOpen: (): Promise<void> => Promise.resolve(),
    }
    const conversations = new Map<string, number>()
    const open = handle(openMatchConversation, async (input) => {
      await state.beforeOpen()
      state.opened.push(input)
      const pair = input.user_ids.join()
      const id = conversations.get(pair) ?? makeId(conversations.size + 1_000, pairShard(...input.user_ids))
      conversations.set(pair, id)
      return { conversation_id: id }
    })
    const close = handle(closeMatchConversation, (input) => {
      state.closed.push(input)
      return Promise.resolve({})
    })
    const lanes = handle(describeLanes, () =>
      Promise.resolve({ lanes: 1, epoch: 'e', sends_per_second: 5, burst: 60 }),
    )
    const lane = handle(checkLane, () => Promise.reject(new RpcError('not_found')))
    const answer = () =>
      Promise.all([bus.serve([open, lanes, ...readers(state.messages)]), bus.serveLane(0, [close, lane])])
    let serving = await answer()
    const stopAnswering = async () => {
      await Promise.all(serving.map((part) => part[Symbol.asyncDispose]()))
    }
    use({ [Symbol.asyncDispose]: stopAnswering })
    const hear = <E extends Event>(event: E, kept: Payload<E>[] = []) =>
      onEvent(event, (payload) => {
        state.heard.push({ event: event.name, ...(payload as object) })
        kept.push(payload)
        return Promise.resolve()
      })
    const handlers = [
      hear(matchMade, state.made),
      hear(matchEnded, state.ended),
      hear(userBlocked),
      hear(userUnblocked),
    ]
    use(consumeEvents({ bus, log, from: 'matching', by: service, handlers }))
    return Object.assign(state, {
      conversationOf: (a: number, b: number) => conversations.get([Math.min(a, b), Math.max(a, b)].join()),
      /** Ends the answering of requests; events are still read. */
      stopAnswering,
      answerAgain: async () => {
        serving = await answer()
      },
    })
  })
}
