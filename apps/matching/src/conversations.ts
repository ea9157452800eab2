import { openMatchConversation } from '@parley/protocol'
import { ask, type Asking } from './ask.ts'
import type { Deps } from './deps.ts'
import { rememberConversation, type MatchRow } from './store/pairs.ts'

/** The conversation of a match. Messaging opens it where it is not known here yet; asking it again changes nothing. */
export async function findConversation(
  { db, bus }: Pick<Deps, 'db' | 'bus'>,
  match: MatchRow,
  asking: Asking,
): Promise<number> {
  if (match.conversation_id !== null) return match.conversation_id
  const { match_id, lo, hi, generation, matched_at } = match
  const { conversation_id } = await ask(
    bus,
    openMatchConversation,
    { match_id, user_ids: [lo, hi], generation, created_at: matched_at.toISOString() },
    asking,
  )
  await rememberConversation(db, { match_id, conversation_id })
  return conversation_id
}
