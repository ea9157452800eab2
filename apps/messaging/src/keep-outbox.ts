import type { Database, Logger } from '@parley/service-kit'
import { keepOutbox } from './store/outbox.ts'

const HOUR_MS = 3_600_000

/** Makes the outbox's partitions that are due, before anything is written and every hour after. */
export async function keepOutboxDaily(
  { pool }: Pick<Database<unknown>, 'pool'>,
  log: Logger,
): Promise<AsyncDisposable> {
  await keepOutbox(pool)
  const timer = setInterval(() => {
    keepOutbox(pool).catch((err: unknown) => log.error({ err }, 'outbox partitions not kept'))
  }, HOUR_MS)
  return {
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}
