import type { Insertable, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export type ConversationInsert = Insertable<Tables['conversation']>
export type MemberInsert = Insertable<Tables['member']>

export async function insertConversations(
  tx: Kysely<Tables>,
  rows: readonly ConversationInsert[],
  members: readonly MemberInsert[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.insertInto('conversation').values(rows).execute()
  await tx.insertInto('member').values(members).execute()
}

/** Memberships that began, changed or ended. */
export async function saveMemberships(tx: Kysely<Tables>, rows: readonly MemberInsert[]): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('member')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'user_id']).doUpdateSet((eb) => ({
        role: eb.ref('excluded.role'),
        joined_at: eb.ref('excluded.joined_at'),
        joined_seq: eb.ref('excluded.joined_seq'),
        left_pos: eb.ref('excluded.left_pos'),
        read_seq: eb.ref('excluded.read_seq'),
        delivered_seq: eb.ref('excluded.delivered_seq'),
        read_texts: eb.ref('excluded.read_texts'),
        unread_extra: eb.ref('excluded.unread_extra'),
        unread_from: eb.ref('excluded.unread_from'),
        muted_until: eb.ref('excluded.muted_until'),
        is_pinned: eb.ref('excluded.is_pinned'),
        is_archived: eb.ref('excluded.is_archived'),
        draft: eb.ref('excluded.draft'),
      })),
    )
    .execute()
}

export interface Description {
  id: number
  state: 'open' | 'closed'
  title: string | null
  picture: string | null
  member_count: number
  match_id: number | null
  match_generation: number | null
  match_created_at: string | null
  /** JSON text. */
  pins: string
  updated_at: string
  pos: number
  /** Whether the match itself is new. */
  matched: boolean
}

/** What changed of conversations outside their messages. */
export async function describeConversations(tx: Kysely<Tables>, rows: readonly Description[]): Promise<void> {
  for (const { id, pos, matched, ...fields } of rows) {
    await tx
      .updateTable('conversation')
      .set({ ...fields, pos, meta_pos: pos, ...(matched && { match_pos: pos }) })
      .where('id', '=', id)
      .execute()
  }
}
