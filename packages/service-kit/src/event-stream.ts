import { setTimeout as delay } from 'node:timers/promises'
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream'
import { errors as natsErrors, nanos, type NatsConnection } from '@nats-io/nats-core'
import { eventReaders, type EventSource, streamName, subjects } from '@parley/protocol'
import { findCondition, type KnownStream } from './stream-state.ts'

const DAY_MS = 86_400_000
export const API_TIMEOUT_MS = 2_000

/** Of an event, with its name. */
export const MOST_EVENT_BYTES = 1_048_576

/** After a crash the event that was under way waits so long; while one is under way the server is told so. */
const ACK_WAIT_MS = 10_000

export interface StreamOptions {
  service: string
  /** How many servers keep it. */
  replicas: number
}

const PROVISION_TIMEOUT_MS = 5_000
/** An election among the servers of a stream takes up to 9 s, and may have to be held again. */
const PROVISION_FOR_MS = 30_000
const PROVISION_AGAIN_MS = 500

/**
 * Makes what a service publishes its events with: its stream, anew where it is damaged, and a consumer for each service that
 * reads it. A cluster that is being started or restarted is waited for.
 */
export async function provisionEvents(
  nats: NatsConnection,
  { service, replicas, known }: StreamOptions & { service: EventSource; known: KnownStream },
): Promise<void> {
  const deadline = performance.now() + PROVISION_FOR_MS
  const provision = async (): Promise<void> => {
    const manager = await jetstreamManager(nats, { timeout: PROVISION_TIMEOUT_MS })
    const { condition } = await findCondition(() => findStream(manager, service), known)
    if (condition === 'damaged') await deleteStream(manager, service)
    await ensureStream(manager, { service, replicas })
    for (const by of eventReaders[service]) await ensureConsumer(manager, streamName(service), by)
  }
  for (;;) {
    try {
      return await provision()
    } catch (err) {
      if (!passes(err) || performance.now() > deadline) throw err
      await delay(PROVISION_AGAIN_MS)
    }
  }
}

/** Error codes of a JetStream cluster that is not whole yet: incomplete, no suitable peers, not available, cannot handle it. */
const PASSING = new Set([10_004, 10_005, 10_008, 10_009])

const passes = (err: unknown): boolean =>
  err instanceof natsErrors.TimeoutError || (err instanceof JetStreamApiError && PASSING.has(err.code))

/** Makes sure of a service's stream, to which only the service itself publishes. */
export async function ensureStream(
  { streams }: JetStreamManager,
  { service, replicas }: StreamOptions,
): Promise<StreamInfo> {
  const name = streamName(service)
  const info = await infoOf(() => streams.info(name))
  if (info?.config.num_replicas === replicas) return info
  if (info) return streams.update(name, { num_replicas: replicas })
  return streams.add({
    name,
    subjects: [subjects.log(service)],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(3 * DAY_MS),
    max_bytes: 1_073_741_824,
    max_msg_size: MOST_EVENT_BYTES,
    duplicate_window: nanos(120_000),
    num_replicas: replicas,
  })
}

/** Makes sure of the durable consumer by which a service reads a stream: one event at a time over all its instances. */
export async function ensureConsumer(
  { consumers }: JetStreamManager,
  stream: string,
  by: string,
): Promise<void> {
  const changeable = { ack_wait: nanos(ACK_WAIT_MS), max_ack_pending: 1, max_deliver: -1 }
  if (await infoOf(() => consumers.update(stream, by, changeable))) return
  await consumers.add(stream, {
    durable_name: by,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ...changeable,
  })
}

/** A service's stream as it is, or undefined. */
export const findStream = ({ streams }: JetStreamManager, service: string): Promise<StreamInfo | undefined> =>
  infoOf(() => streams.info(streamName(service)))

/** The outbox has what it held of the last 48 hours. */
export async function deleteStream({ streams }: JetStreamManager, service: string): Promise<void> {
  await infoOf(() => streams.delete(streamName(service)))
}

async function infoOf<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (err) {
    if (err instanceof Error && /stream not found|consumer not found/i.test(err.message)) return undefined
    throw err
  }
}
