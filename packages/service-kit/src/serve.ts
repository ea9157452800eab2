import { subjects } from '@parley/protocol'
import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core'
import type { Logger } from 'pino'
import { errorLine, type RequestLine } from './envelope.ts'
import { RpcError, unavailable } from './rpc-error.ts'
import { reply, type Handler, type Observe } from './rpc.ts'

export interface Serving {
  nats: NatsConnection
  log: Logger
  observe: Observe
}

/** Requests of one process under way; beyond it they are refused at once, which is kinder than a queue. */
const MOST_UNDER_WAY = 10_000

/** Answers each handler's subject as one of its service's queue group. Disposal waits for what is under way. */
export function serveRpcs(service: string, handlers: readonly Handler[], serving: Serving): AsyncDisposable {
  const work = createWork(handlers, serving)
  const subscriptions = handlers.map(({ rpc }) =>
    serving.nats.subscribe(subjects.rpc(rpc.name), { queue: service, callback: work.answer }),
  )
  return closing(subscriptions, work)
}

/** Answers one lane's batches. The handlers start in the order of the lines: a lane's writer queues them before any await. */
export function serveLane(lane: number, handlers: readonly Handler[], serving: Serving): AsyncDisposable {
  const work = createWork(handlers, serving)
  return closing([serving.nats.subscribe(subjects.lane(lane), { callback: work.answer })], work)
}

function createWork(handlers: readonly Handler[], { log, observe }: Serving) {
  const byName = new Map(handlers.map((handler) => [handler.rpc.name, handler]))
  const underWay = new Set<Promise<void>>()

  const answerLine = (line: string): Promise<string> => {
    const request = parseLine(line)
    const handler = request && byName.get(request.rpc)
    if (!handler) return Promise.resolve(errorLine(new RpcError('not_found').toJSON()))
    return reply(handler, request, { log, observe })
  }
  const answer = (err: Error | null, msg: Msg): void => {
    if (err) return log.error({ err }, 'subscription error')
    if (underWay.size >= MOST_UNDER_WAY) return void msg.respond(errorLine(unavailable().toJSON()))
    const text = msg.string()
    const replies = text.includes('\n')
      ? Promise.all(text.split('\n').map(answerLine)).then(join)
      : answerLine(text)
    const done: Promise<void> = replies
      .then((payload) => void msg.respond(payload))
      .catch((failure: unknown) => log.error({ err: failure }, 'reply failed'))
      .finally(() => underWay.delete(done))
    underWay.add(done)
  }
  return { answer, settled: () => Promise.all(underWay) }
}

const join = (lines: string[]): string => lines.join('\n')

function parseLine(line: string): RequestLine | undefined {
  try {
    return JSON.parse(line) as RequestLine
  } catch {
    // Only a broken peer sends this; the caller gets `not_found`.
    return undefined
  }
}

function closing(subscriptions: Subscription[], work: { settled: () => Promise<unknown> }): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        subscriptions.map((subscription) => (subscription.isClosed() ? undefined : subscription.drain())),
      )
      await work.settled()
    },
  }
}
