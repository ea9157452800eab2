import { conversationUpdate, newMatch, type Card } from '@parley/protocol'
import {
  conversationView,
  matchView,
  newConversation,
  type ConversationRecord,
  type MatchRecord,
} from './conversation.ts'
import { tell, type Draft } from './draft.ts'
import { newMember } from './member.ts'
import { notifyMatched } from './notify-members.ts'
import { addNote } from './send.ts'

/** A pair's direct conversation that nobody has opened before; both are told. */
export function openDirect(
  draft: Draft,
  id: number,
  opened: { cards: readonly [Card, Card]; match: MatchRecord | null; blockers: ReadonlySet<number> },
): ConversationRecord {
  const [low, high] = [...opened.cards].sort((a, b) => a.id - b.id) as [Card, Card]
  const { match, blockers } = opened
  const conversation = newConversation(
    {
      id,
      kind: 'direct',
      pair: [low.id, high.id],
      match,
      blockers: new Set(blockers),
      created_at: draft.now,
    },
    [low, high].map((card) => newMember(draft, card)),
  )
  draft.opened.add(conversation)
  if (opened.match) draft.matched.add(conversation)
  tellOpened(draft, conversation, 'conversation.create')
  return conversation
}

/** Gives an existing conversation its pair's match, reopening it, and notes it; a match it has had already changes nothing. */
export function rematch(draft: Draft, conversation: ConversationRecord, match: MatchRecord): void {
  if (conversation.match && conversation.match.generation >= match.generation) return
  conversation.match = match
  conversation.state = 'open'
  conversation.updated_at = draft.now
  draft.described.add(conversation)
  draft.matched.add(conversation)
  tellOpened(draft, conversation, 'conversation.update')
  const [by] = conversation.members.values()
  const user_ids = [...conversation.members.keys()]
  if (by) addNote(conversation, draft, { by, system: { event: 'matched', user_ids } })
}

function tellOpened(
  draft: Draft,
  conversation: ConversationRecord,
  event: 'conversation.create' | 'conversation.update',
): void {
  for (const member of conversation.members.values()) {
    const to = [member.user.id]
    const match = draft.matched.has(conversation) ? matchView(conversation, member.user.id) : null
    if (match) tell(draft, to, { push: newMatch, payload: { match } })
    tell(draft, to, {
      push: conversationUpdate,
      payload: { event, conversation: conversationView(conversation, member) },
    })
  }
  notifyMatched(draft, conversation)
}
