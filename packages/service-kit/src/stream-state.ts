// A stream holds copies: the outbox has the events. What a stream must hold at least is noted beside them, so that one
// that was replaced, or that came back from its files shorter than it was, is told from one that is as it should be.
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamInfo } from '@nats-io/jetstream'

/** Of the stream that a service has published to; `created` names one among those that have had the same name. */
export interface KnownStream {
  created: string | null
  /** The highest sequence that it has acknowledged. */
  seq: number
}

/**
 *   missing   there is none
 *   another   not the one that was published to: it is empty, or holds only what came since
 *   damaged   it lacks what it has acknowledged, and who had read further would be given nothing for a while
 */
export type StreamCondition = 'whole' | 'missing' | 'another' | 'damaged'

export function judgeStream(
  info: Pick<StreamInfo, 'created' | 'state'> | undefined,
  known: KnownStream,
): StreamCondition {
  if (!info) return 'missing'
  const { last_seq, num_deleted } = info.state
  // A release before noted nothing of the stream that it published to.
  if (known.created === null) return last_seq > 0 ? 'whole' : 'another'
  if (known.created !== info.created) return 'another'
  // Nobody deletes single events, and what is too old goes from the front.
  return last_seq < known.seq || num_deleted > 0 ? 'damaged' : 'whole'
}

/** A server that has just come to lead a stream may not have caught up with what it says of it. */
const AGAIN_MS = 3_000

/** The condition; damage counts where it is seen twice. */
export async function findCondition(
  look: () => Promise<StreamInfo | undefined>,
  known: KnownStream,
): Promise<{ condition: StreamCondition; info: StreamInfo | undefined }> {
  const first = await look()
  const condition = judgeStream(first, known)
  if (condition !== 'damaged') return { condition, info: first }
  await delay(AGAIN_MS)
  const second = await look()
  return { condition: judgeStream(second, known), info: second }
}
