import type { Kysely, Selectable } from 'kysely'
import type { GuessTable, Tables } from './tables.ts'

type Db = Kysely<Tables>
export type Guesses = Omit<Selectable<GuessTable>, 'key'>

export async function findGuesses(db: Db, key: string): Promise<Guesses | undefined> {
  return db
    .selectFrom('guess')
    .select(['failures', 'last_failed_at', 'blocked_until'])
    .where('key', '=', key)
    .executeTakeFirst()
}

/** Changes what is known of a key as `change` says; undefined from it changes nothing. Racing changes follow one another. */
export async function changeGuesses(
  db: Db,
  { key, none }: { key: string; none: Guesses },
  change: (known: Guesses) => Guesses | undefined,
): Promise<Guesses | undefined> {
  return db.transaction().execute(async (tx) => {
    // The update that changes nothing locks the row that is there.
    const known = await tx
      .insertInto('guess')
      .values({ key, ...none })
      .onConflict((on) => on.column('key').doUpdateSet({ key }))
      .returning(['failures', 'last_failed_at', 'blocked_until'])
      .executeTakeFirstOrThrow()
    const changed = change(known)
    if (changed) await tx.updateTable('guess').set(changed).where('key', '=', key).execute()
    return changed
  })
}

export async function deleteGuesses(db: Db, key: string): Promise<void> {
  await db.deleteFrom('guess').where('key', '=', key).execute()
}

export async function deleteOldGuesses(db: Db, failedBefore: Date): Promise<void> {
  await db.deleteFrom('guess').where('last_failed_at', '<=', failedBefore).execute()
}
