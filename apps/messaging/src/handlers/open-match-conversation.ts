import { openDirect, openMatchConversation, type matchMade, type Payload } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function openMatchConversationHandler(deps: Pick<Deps, 'bus' | 'cards'>) {
  return handle(openMatchConversation, async (match, { fail, traceId, deadline }) => {
    const conversation_id = await openForMatch(deps, match, { traceId, deadline })
    if (conversation_id === null) throw fail('user_not_found')
    return { conversation_id }
  })
}

/** The pair's open conversation; null when one of the two does not exist any more. */
export async function openForMatch(
  { bus, cards }: Pick<Deps, 'bus' | 'cards'>,
  { match_id, user_ids, generation, created_at }: Payload<typeof matchMade>,
  asking: { traceId: string; deadline?: number },
): Promise<number | null> {
  const found = await cards.find(user_ids, asking.deadline)
  if (found.size < user_ids.length) return null
  const { conversation } = await bus.call(
    openDirect,
    { user_ids, match: { id: match_id, generation, created_at } },
    asking,
  )
  return conversation.id
}
