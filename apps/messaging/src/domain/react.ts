import { limits, messageReaction, type Message } from '@parley/protocol'
import type { ConversationRecord } from './conversation.ts'
import { everyone } from './audience.ts'
import { changeMessage, tell, type Draft } from './draft.ts'
import { isBlocked } from './member.ts'

export interface Reaction {
  message: Message
  emoji: string
  user_id: number
  /** Absent: the other of the two. */
  action?: 'add' | 'remove' | undefined
}

export type Reacted = { message: Message; action: 'added' | 'removed' }

/**
 * Adds or takes back one person's reaction. One that changes nothing makes no frame. Nobody adds one across a block; taking
 * one's own back is as free as deleting.
 */
export function react(
  conversation: ConversationRecord,
  draft: Draft,
  reaction: Reaction,
): Reacted | 'blocked' | 'too_many' {
  const { message, emoji, user_id } = reaction
  // Somebody may react with the name of what every object inherits.
  const users = (Object.hasOwn(message.reactions, emoji) && message.reactions[emoji]) || []
  const has = users.includes(user_id)
  const action = reaction.action ?? (has ? 'remove' : 'add')
  if (action === 'add' && isBlocked(conversation)) return 'blocked'
  const done = action === 'add' ? 'added' : 'removed'
  if (has === (action === 'add')) return { message, action: done }

  const next = action === 'add' ? [...users, user_id] : users.filter((id) => id !== user_id)
  const { [emoji]: _, ...others } = message.reactions
  if (action === 'add' && isFull(others, next)) return 'too_many'
  const rev = ++conversation.last_rev
  const reactions = next.length > 0 ? { ...others, [emoji]: next } : others
  const changed: Message = { ...message, rev, reactions }
  changeMessage(draft, conversation, changed)
  tell(draft, everyone(conversation), {
    push: messageReaction,
    payload: {
      conversation_id: conversation.id,
      message_id: message.id,
      emoji,
      user_id,
      action: done,
      rev,
      timestamp: draft.now,
    },
  })
  return { message: changed, action: done }
}

const isFull = (others: Message['reactions'], users: readonly number[]): boolean =>
  Object.keys(others).length >= limits.reactions.emojis || users.length > limits.reactions.users
