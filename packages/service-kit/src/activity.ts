import type { AnyRpc, Caller } from '@parley/protocol'
import pino, { type DestinationStream } from 'pino'

/** One request that was done. */
export interface Done {
  caller: Caller | undefined
  traceId: string
  input: unknown
  result: unknown
}

/** Writes one line for what a person has changed; nothing for what they have read. */
export type Activity = (rpc: AnyRpc, done: Done) => void

export interface ActivityOptions {
  service: string
  instance: string
  isOn: boolean
  destination?: DestinationStream
}

const MOST_IDS = 100
/** Words of a fixed vocabulary, besides ids. */
const WORDS = new Set(['role', 'kind', 'status', 'duplicate'])
const MOST_WORD_CHARS = 32

/**
 * Who did what, by ids: lines of the stream `activity` on standard output, whatever the level of the log is. Whole
 * numbers alone count as ids, so nothing that a person wrote can stand there. Undefined where it is off.
 */
export function createActivity(options: ActivityOptions): Activity | undefined {
  const { service, instance, isOn, destination } = options
  if (!isOn) return undefined
  const settings = {
    base: { stream: 'activity', service, ...(instance && { instance }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  const log = destination ? pino(settings, destination) : pino(settings)
  return (rpc, { caller, traceId, input, result }) => {
    if (!changes(rpc)) return
    const actor = caller && { actor_id: caller.user_id, session_id: caller.session_id }
    log.info({ action: rpc.name, ...actor, ...factsOf(input), ...factsOf(result), trace_id: traceId })
  }
}

/** Whether an RPC is for people and changes something that is kept. */
const changes = ({ access, http, socket }: AnyRpc): boolean =>
  access !== 'service' && (http === undefined ? (socket?.ack.length ?? 0) > 0 : http.method !== 'GET')

/** The ids in an input or output, and those of the objects right in it. */
function factsOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) return {}
  const facts: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    if (isObject(field) && isId(field['id'])) facts[`${key}_id`] = field['id']
    else if (isFact(key, field)) facts[key] = field
  }
  return facts
}

function isFact(key: string, field: unknown): boolean {
  if (key === 'id' || key.endsWith('_id')) return isId(field)
  if (key.endsWith('_ids')) return Array.isArray(field) && field.length <= MOST_IDS && field.every(isId)
  if (!WORDS.has(key)) return false
  return typeof field === 'boolean' || (typeof field === 'string' && field.length <= MOST_WORD_CHARS)
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
