import { subjects } from '@parley/protocol'
import { errors as natsErrors, type Msg, type NatsConnection, type Subscription } from '@nats-io/nats-core'
import type { Logger } from 'pino'
import type { Activity } from './activity.ts'
import { errorLine, type RequestLine } from './envelope.ts'
import { createRefusalLog } from './refusal-log.ts'
import { unavailable } from './rpc-error.ts'
import { reply, type Handler, type Observe } from './rpc.ts'
import type { Tracing } from './tracing.ts'

export interface Serving {
  nats: NatsConnection
  isConnected: () => boolean
  log: Logger
  observe: Observe
  tracing: Tracing | undefined
  activity: Activity | undefined
}

/** Messages of one process under way; beyond it they are refused at once, which is kinder than a queue. */
const MOST_UNDER_WAY = 10_000
/** A request that is still under way so long after the last one came is waited for by nobody. */
const PATIENCE_MS = 5_000

/** Answers each handler's subject as one of its service's queue group. Disposal waits for what is under way. */
export function serveRpcs(
  service: string,
  handlers: readonly Handler[],
  serving: Serving,
): Promise<AsyncDisposable> {
  const work = createWork(handlers, serving)
  const subscriptions = handlers.map(({ rpc }) =>
    serving.nats.subscribe(subjects.rpc(rpc.name), { queue: service, callback: work.answer }),
  )
  return opened(subscriptions, work, serving)
}

/** Answers one lane's batches. The handlers start in the order of the lines: a lane's writer queues them before any await. */
export function serveLane(
  lane: number,
  handlers: readonly Handler[],
  serving: Serving,
): Promise<AsyncDisposable> {
  const work = createWork(handlers, serving)
  const subscription = serving.nats.subscribe(subjects.lane(lane), { callback: work.answer })
  return opened([subscription], work, serving)
}

interface Work {
  answer(err: Error | null, msg: Msg): void
  /** Resolves once nothing is under way that somebody waits for. */
  settled(): Promise<void>
}

function createWork(handlers: readonly Handler[], { log, observe, tracing, activity }: Serving): Work {
  const byName = new Map(handlers.map((handler) => [handler.rpc.name, handler]))
  const options = { log, observe, tracing, activity, noteRefusal: createRefusalLog(log) }
  let underWay = 0
  let idle = (): void => undefined

  const answerLine = (line: string): Promise<string> => {
    const request = parseLine(line)
    const handler = request && byName.get(request.rpc)
    return handler ? reply(handler, request, options) : Promise.resolve(unknown)
  }
  const respond = (msg: Msg, replies: readonly string[]): void => {
    try {
      msg.respond(replies.join('\n'))
    } catch (err) {
      log.error({ err, subject: msg.subject }, 'reply cannot be sent')
      // Larger than NATS carries. Who waits learns it now, not by the timeout.
      if (err instanceof natsErrors.InvalidArgumentError) msg.respond(replies.map(() => broken).join('\n'))
    }
  }
  return {
    answer: (err, msg) => {
      if (err) return log.error({ err }, 'subscription error')
      const lines = msg.string().split('\n')
      if (underWay >= MOST_UNDER_WAY) return respond(msg, lines.map(overloaded))
      underWay++
      // `reply` never rejects, so neither does this.
      void Promise.all(lines.map(answerLine)).then((replies) => {
        respond(msg, replies)
        if (--underWay === 0) idle()
      })
    },
    settled: () =>
      new Promise((resolve) => {
        if (underWay === 0) return resolve()
        const timer = setTimeout(() => {
          log.warn({ under_way: underWay }, 'stopped serving before all was answered')
          resolve()
        }, PATIENCE_MS)
        idle = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}

const unknown = errorLine({ code: 'not_found' })
const broken = errorLine({ code: 'internal' })
const overloaded = (): string => errorLine(unavailable().toJSON())

function parseLine(line: string): RequestLine | undefined {
  try {
    return JSON.parse(line) as RequestLine
  } catch {
    // Only a broken peer sends this; the caller gets `not_found`.
    return undefined
  }
}

/** Resolves once the server knows the subscriptions. When it cannot be told, none of them stays. */
async function opened(
  subscriptions: readonly Subscription[],
  work: Work,
  { nats, isConnected }: Serving,
): Promise<AsyncDisposable> {
  try {
    await nats.flush()
  } catch (err) {
    for (const subscription of subscriptions) subscription.unsubscribe()
    throw unavailable(err)
  }
  return {
    [Symbol.asyncDispose]: async () => {
      const open = subscriptions.filter((subscription) => !subscription.isClosed())
      // A drain ends with an answer of the server: for one that may not come, nobody keeps what others would take.
      if (isConnected()) await Promise.all(open.map((subscription) => subscription.drain()))
      else for (const subscription of open) subscription.unsubscribe()
      await work.settled()
    },
  }
}
