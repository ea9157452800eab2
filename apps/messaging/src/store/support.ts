import type { Insertable, Kysely } from 'kysely'
import type { ConversationRow } from './conversations.ts'
import type { Tables } from './tables.ts'

export type SupportRow = Insertable<Tables['support_conversation']>

export async function saveSupport(tx: Kysely<Tables>, rows: readonly SupportRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('support_conversation')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('conversation_id').doUpdateSet((eb) => ({
        is_open: eb.ref('excluded.is_open'),
        updated_at: eb.ref('excluded.updated_at'),
        pos: eb.ref('excluded.pos'),
      })),
    )
    .execute()
}

/** A person's one open support conversation. */
export const findOpenSupport = (db: Kysely<Tables>, userId: number): Promise<ConversationRow | undefined> =>
  db
    .selectFrom('support_conversation as s')
    .innerJoin('conversation as c', 'c.id', 's.conversation_id')
    .selectAll('c')
    .where('s.user_id', '=', userId)
    .where('s.is_open', '=', true)
    .executeTakeFirst()
