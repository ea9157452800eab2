import { listEndedSessions, sessionEnded, subjects } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'

export interface EndedSessions extends AsyncDisposable {
  has(sessionId: string): boolean
  /** Runs for every session that is heard to have ended, at least once. */
  onEnded(listener: (userId: number, sessionId: string) => void): void
}

export interface EndedSessionsOptions {
  bus: Bus
  log: Logger
  /** How long a token of an ended session might still be alive. */
  keepMs: number
}

const POLL_MS = 10_000
const RETRY_MS = 1_000

/** Sessions whose tokens are refused: told live by auth, and healed by asking it. */
export function watchEndedSessions({ bus, log, keepMs }: EndedSessionsOptions): EndedSessions {
  const heardAt = new Map<string, number>()
  const listeners: ((userId: number, sessionId: string) => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let isFailing = false

  const add = (userId: number, sessionId: string): void => {
    heardAt.set(sessionId, performance.now())
    for (const listener of listeners) listener(userId, sessionId)
  }
  const forgetOld = (): void => {
    const oldest = performance.now() - keepMs
    for (const [sessionId, at] of heardAt) if (at < oldest) heardAt.delete(sessionId)
  }
  const poll = async (): Promise<void> => {
    clearTimeout(timer)
    let next = POLL_MS
    try {
      const { items } = await bus.call(listEndedSessions, {})
      for (const { user_id, session_id } of items) add(user_id, session_id)
      forgetOld()
      isFailing = false
    } catch (err) {
      if (!isFailing) log.warn({ err }, 'ended sessions cannot be read now')
      isFailing = true
      next = RETRY_MS
    }
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(() => void poll(), next)
  }

  const subscription = bus.nats.subscribe(subjects.broadcast(sessionEnded.name), {
    callback: (err, message) => {
      const heard = err ? undefined : sessionEnded.payload.safeParse(message.json())
      if (!heard?.success) return log.error({ err: err ?? heard?.error }, 'bad event of ended sessions')
      const { user_id, session_ids } = heard.data as { user_id: number; session_ids: string[] }
      for (const id of session_ids) add(user_id, id)
    },
  })
  bus.onReconnect(() => void poll())
  void poll()
  return {
    has: (sessionId) => heardAt.has(sessionId),
    onEnded: (listener) => void listeners.push(listener),
    [Symbol.asyncDispose]: async () => {
      isStopped = true
      clearTimeout(timer)
      subscription.unsubscribe()
    },
  }
}
