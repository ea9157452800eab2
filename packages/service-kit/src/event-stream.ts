import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { subjects } from '@parley/protocol'

export const streamName = (service: string): string => `LOG_${service.toUpperCase()}`

const DAY_MS = 86_400_000
export const API_TIMEOUT_MS = 2_000

/** Of an event, with its name. */
export const MOST_EVENT_BYTES = 1_048_576

/** Makes sure of a service's stream, to which only the service itself publishes. `onMissing` runs before it is made. */
export async function ensureStream(
  nats: NatsConnection,
  service: string,
  onMissing: () => Promise<void>,
): Promise<void> {
  const { streams } = await jetstreamManager(nats, { timeout: API_TIMEOUT_MS })
  const name = streamName(service)
  try {
    await streams.info(name)
  } catch (err) {
    if (!isMissing(err)) throw err
    await onMissing()
    await streams.add({
      name,
      subjects: [subjects.log(service)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(3 * DAY_MS),
      max_bytes: 1_073_741_824,
      max_msg_size: MOST_EVENT_BYTES,
      duplicate_window: nanos(120_000),
    })
  }
}

/** Whether JetStream says that a stream or consumer is not there. */
export const isMissing = (err: unknown): boolean =>
  err instanceof Error && /stream not found|consumer not found/i.test(err.message)
