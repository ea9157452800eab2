import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** A message that its reader does not want to see again; others still do. */
export async function hideMessage(db: Kysely<Tables>, user_id: number, message_id: number): Promise<void> {
  await db
    .insertInto('hidden_message')
    .values({ user_id, message_id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
