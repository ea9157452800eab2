import type { Card, Conversation } from '@parley/client'
import { nameOf } from './people.ts'

/** The other one of a direct conversation, or whoever else is there. */
export const otherOf = ({ participants }: Conversation, me: Pick<Card, 'id'>): Card | undefined =>
  participants.find(({ id }) => id !== me.id)

/** What a conversation is called: its title, or who else is in it. */
export function titleOf({ title, participants }: Conversation, me: Pick<Card, 'id'>): string {
  const others = participants.filter(({ id }) => id !== me.id)
  return title ?? (others.length > 0 ? others : participants).map(nameOf).join(', ')
}
