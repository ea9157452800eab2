import type { Conversation } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { listParticipants, type Membership } from '../store/conversations.ts'
import { listHidden } from '../store/hidden.ts'
import { listLastMessages } from '../store/messages.ts'
import { membershipView } from '../views.ts'

/** Conversations as the caller sees them, with their participants and last messages. */
export async function viewMemberships(
  db: Deps['db'],
  memberships: readonly Membership[],
  userId: number,
): Promise<Conversation[]> {
  if (memberships.length === 0) return []
  const conversations = memberships.map(({ conversation }) => conversation)
  const participants = await listParticipants(db, conversations)
  const lastRows = await listLastMessages(db, conversations)
  const lastIds = lastRows.map(({ id }) => id)
  const hidden = new Set((await listHidden(db, lastIds, userId)).map(({ message_id }) => message_id))
  const last = new Map(
    lastRows.filter(({ id }) => !hidden.has(id)).map((row) => [row.conversation_id, row] as const),
  )
  return memberships.map((membership) => {
    const { id } = membership.conversation
    return membershipView(membership, { participants: participants.get(id) ?? [], last: last.get(id) })
  })
}
