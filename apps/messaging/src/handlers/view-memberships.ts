import type { Conversation } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { listMembersOf, type Membership } from '../store/conversations.ts'
import { listLastMessages } from '../store/messages.ts'
import { membershipView } from '../views.ts'

/** Conversations as the caller sees them, with their members and last messages. */
export async function viewMemberships(
  db: Deps['db'],
  memberships: readonly Membership[],
): Promise<Conversation[]> {
  if (memberships.length === 0) return []
  const conversations = memberships.map(({ conversation }) => conversation)
  const members = Map.groupBy(
    await listMembersOf(
      db,
      conversations.map(({ id }) => id),
    ),
    ({ conversation_id }) => conversation_id,
  )
  const last = new Map((await listLastMessages(db, conversations)).map((row) => [row.conversation_id, row]))
  return memberships.map((membership) => {
    const { id } = membership.conversation
    return membershipView(membership, { members: members.get(id) ?? [], last: last.get(id) })
  })
}
