import type { Kysely } from 'kysely'
import { findMembership, type Membership } from './store/conversations.ts'
import { findMessage, type MessageRow } from './store/messages.ts'
import type { Tables } from './store/tables.ts'

/** A stored message as one of its conversation's members finds it; null for a stranger, as if it did not exist. */
export async function findVisibleMessage(
  db: Kysely<Tables>,
  messageId: number,
  userId: number,
): Promise<{ row: MessageRow; membership: Membership } | null> {
  const row = await findMessage(db, messageId)
  const membership = row ? await findMembership(db, row.conversation_id, userId) : null
  return row && membership && row.seq > membership.joined_seq ? { row, membership } : null
}
