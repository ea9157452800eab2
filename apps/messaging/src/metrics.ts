import {
  createOutboxMetrics,
  createSums,
  createTotals,
  Gauge,
  Histogram,
  type Metrics,
  type OutboxState,
} from '@parley/service-kit'
import { ConversationKind } from '@parley/protocol'
import type { Draft } from './domain/draft.ts'

export interface LaneState extends OutboxState {
  /** How many lanes there are. */
  count: number
  owned: number
  waiting: number
}

/** Figures of the write path. */
export function createLaneMetrics(metrics: Metrics, state: () => LaneState) {
  const registers = [metrics.registry]
  const operations = new Histogram({
    name: 'parley_lane_batch_operations',
    help: 'Operations in one batch of a lane',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const seconds = new Histogram({
    name: 'parley_lane_batch_seconds',
    help: 'Time from taking a batch off its queue to its commit',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers,
  })
  const owned: Gauge = new Gauge({
    name: 'parley_lanes_owned',
    help: 'Lanes that this process owns',
    registers,
    collect: () => owned.set(state().owned),
  })
  const waiting: Gauge = new Gauge({
    name: 'parley_lane_waiting_operations',
    help: 'Operations that wait for the next batch of their lane',
    registers,
    collect: () => waiting.set(state().waiting),
  })
  const lanes: Gauge = new Gauge({
    name: 'parley_lanes',
    help: 'Lanes that there are, by the database',
    registers,
    collect: () => lanes.set(state().count),
  })
  createOutboxMetrics(metrics, state)
  return {
    observeBatch: (batch: number, took: number) => {
      operations.observe(batch)
      seconds.observe(took)
    },
  }
}

/** Figures of who is present. */
export function createPresenceMetrics({ registry }: Metrics, count: () => number): void {
  const present: Gauge = new Gauge({
    name: 'parley_presence_people',
    help: 'People who are online or away, or were so within the grace, of the lanes that this process owns',
    registers: [registry],
    collect: () => present.set(count()),
  })
}

const KNOWN_TYPES = ['match', 'mention', 'info', 'other'] as const
type KnownType = (typeof KNOWN_TYPES)[number]

/** Admins may give notifications any type: all but the known ones count as "other". */
const knownType = (type: string): KnownType => KNOWN_TYPES.find((known) => known === type) ?? 'other'

/** What batches have made, and whose sends were refused. */
export function createWriteMetrics({ registry }: Metrics) {
  const totals = createTotals(registry, {
    messages: 'Messages stored, those that no person wrote among them',
    first_messages: 'Conversations in which a person wrote the first message',
    edits: 'Messages edited',
  })
  const opened = createSums({
    registry,
    name: 'parley_conversations_opened_total',
    help: 'Conversations opened, by kind',
    label: 'kind',
    values: ConversationKind.options,
  })
  const made = createSums({
    registry,
    name: 'parley_notifications_made_total',
    help: 'Notifications stored, by type',
    label: 'type',
    values: KNOWN_TYPES,
  })
  const pushed = createSums({
    registry,
    name: 'parley_notifications_pushed_total',
    help: 'Notifications told live, by type; the rest came in quiet hours or muted conversations',
    label: 'type',
    values: KNOWN_TYPES,
  })
  const limited = createSums({
    registry,
    name: 'ratelimit_rejections_total',
    help: 'Requests refused by a limit',
    label: 'rule',
    values: ['send'],
  })
  return {
    countLimitedSend: () => limited.send++,
    observeCommitted: ({ messages, edits, opened: conversations, notifications }: Draft) => {
      totals.messages += messages.length
      totals.edits += edits.length
      for (const { message, text_no } of messages)
        if (text_no === 1 && message.kind === 'text') totals.first_messages++
      for (const { kind } of conversations) opened[kind]++
      for (const { notification_type, is_silent } of notifications) {
        const type = knownType(notification_type)
        made[type]++
        if (!is_silent) pushed[type]++
      }
    },
  }
}

/** How many notification jobs are not done, as all processes see it; as it was where that cannot be read. */
export function createJobMetrics({ registry }: Metrics, countOpen: () => Promise<number>): void {
  const open: Gauge = new Gauge({
    name: 'parley_notification_jobs_open',
    help: 'Notification jobs of admins that are not done',
    registers: [registry],
    collect: async () => {
      const count = await countOpen().catch(() => undefined)
      if (count !== undefined) open.set(count)
    },
  })
}
