import { conversationUpdate, matchRemoved } from '@parley/protocol'
import { conversationView, type ConversationRecord } from './conversation.ts'
import { everyone } from './audience.ts'
import { tell, type Draft } from './draft.ts'
import { unwatchEveryone } from './unwatch.ts'

/** Closes the conversation of a match for both; a match that has a successor, or is closed already, changes nothing. */
export function closeMatch(draft: Draft, conversation: ConversationRecord, generation: number): void {
  const { match } = conversation
  if (!match || match.generation !== generation || conversation.state === 'closed') return
  conversation.state = 'closed'
  conversation.updated_at = draft.now
  draft.described.add(conversation)
  tell(draft, everyone(conversation), {
    push: matchRemoved,
    payload: { match_id: match.id, conversation_id: conversation.id },
  })
  for (const member of conversation.members.values()) {
    tell(draft, [member.user.id], {
      push: conversationUpdate,
      payload: { event: 'conversation.close', conversation: conversationView(conversation, member) },
    })
  }
  unwatchEveryone(draft, conversation)
}
