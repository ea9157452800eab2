import { getConversation } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { viewMemberships } from './view-memberships.ts'

export function getConversationHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getConversation, async ({ conversation_id }, { caller, fail }) => {
    const membership = await findMembership(db, conversation_id, caller.user_id)
    const [conversation] = membership ? await viewMemberships(db, [membership], caller.user_id) : []
    if (!conversation) throw fail('conversation_not_found')
    return conversation
  })
}
