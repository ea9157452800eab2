import { closeMatchConversation, matchEnded, unmatch } from '@parley/protocol'
import { appendEvent, handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { endMatch } from '../store/pairs.ts'

const CLOSE_MS = 2_000

export function unmatchHandler({ db, bus, relay, counts }: Omit<Deps, 'now' | 'newId'>) {
  return handle(unmatch, async ({ match_id }, { caller, fail, log, traceId, deadline }) => {
    const closing = await db.transaction().execute(async (tx) => {
      const ended = await endMatch(tx, { match_id, by: caller.user_id })
      if (!ended) return null
      const { lo, hi, generation } = ended
      const payload = { match_id, user_ids: [lo, hi] as [number, number], generation }
      await appendEvent(tx, matchEnded, payload)
      return payload
    })
    if (!closing) throw fail('match_not_found')
    counts.unmatches++
    relay.wake()

    // The match has ended whatever becomes of this call; the event closes the conversation again.
    await bus
      .call(closeMatchConversation, closing, { traceId, timeoutMs: CLOSE_MS, deadline })
      .catch((err: unknown) => log.warn({ err }, 'conversation closes by the event'))
    return {}
  })
}
