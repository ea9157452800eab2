// A stream holds copies: the outbox has the events. What a stream must hold at least is noted beside them, so that one
// that was replaced, or that came back from its files shorter than it was, is told from one that is as it should be.
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamInfo } from '@nats-io/jetstream'

/** What is known of the stream that a service publishes to. */
export interface KnownStream {
  /** Names one among those that have had the same name; null where nothing was published since the last was lost. */
  created: string | null
  /** The highest sequence that it has acknowledged. */
  seq: number
  /** Events that it has and the outbox as well. */
  held: number
  /** It was found so, and not made anew since. */
  isDamaged: boolean
}

/**
 *   missing   there is none
 *   another   not the one that was published to: it is empty, or holds only what came since
 *   damaged   it lacks what it has acknowledged, and who had read further would be given nothing for a while
 */
export type StreamCondition = 'whole' | 'missing' | 'another' | 'damaged'

type Info = Pick<StreamInfo, 'created' | 'state' | 'config'>

/** A stream that is nearly full may have let its oldest go before their time. */
const FULL_PART = 0.9

export function judgeStream(info: Info | undefined, known: KnownStream): StreamCondition {
  if (!info) return 'missing'
  const { state, config } = info
  // A release before noted nothing of the stream that it published to.
  if (known.created === null) return state.last_seq > 0 ? 'whole' : 'another'
  if (known.created !== info.created) return 'another'
  const isCut = state.last_seq < known.seq
  // Nobody deletes single events, and what is too old goes from the front.
  const isHoled = state.num_deleted > 0
  const isShort = state.messages < known.held && state.bytes < FULL_PART * config.max_bytes
  return known.isDamaged || isCut || isHoled || isShort ? 'damaged' : 'whole'
}

/** A server that has just come to lead a stream may not have caught up with what it says of it; an election takes up to 9 s. */
const AGAIN_MS = 10_000
/** One that keeps it alone has nobody to catch up with. */
const ALONE_AGAIN_MS = 1_000

export interface Found<I> {
  condition: StreamCondition
  info: I | undefined
}

/** The condition; damage that is new counts where it is seen twice. */
export async function findCondition<I extends Info>(
  look: () => Promise<I | undefined>,
  known: KnownStream,
  signal?: AbortSignal,
): Promise<Found<I>> {
  const judge = async (): Promise<Found<I>> => {
    const info = await look()
    return { condition: judgeStream(info, known), info }
  }
  const found = await judge()
  if (found.condition !== 'damaged' || known.isDamaged) return found
  const isAlone = found.info?.config.num_replicas === 1
  await delay(isAlone ? ALONE_AGAIN_MS : AGAIN_MS, undefined, signal && { signal })
  return judge()
}
