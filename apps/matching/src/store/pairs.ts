import { sql, type Kysely } from 'kysely'
import type { Choice, PairTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

/** A pair while it is matched. */
export interface MatchRow {
  lo: number
  hi: number
  generation: number
  match_id: number
  matched_at: Date
  conversation_id: number | null
}

/** Who chooses, and about whom. */
export interface Choosing {
  by: number
  about: number
}

function sides({ by, about }: Choosing) {
  const [lo, hi] = by < about ? [by, about] : [about, by]
  const [mine, theirs] = by < about ? ['lo', 'hi'] : ['hi', 'lo']
  const column = (side: string | undefined, name: string) => ({
    name: sql.ref(`${side}_${name}`),
    stored: sql.ref(`pair.${side}_${name}`),
  })
  return {
    lo,
    hi,
    state: column(mine, 'state'),
    choice: column(mine, 'choice'),
    otherState: column(theirs, 'state'),
  }
}

/**
 * Records a like and gives the pair's match, if there is one; `made` when this like made it, with `match_id`. The row's
 * lock orders two likes at the same instant: the later one sees the earlier.
 */
export async function recordLike(
  db: Db,
  { match_id, ...choosing }: Choosing & { match_id: number },
): Promise<{ match: MatchRow | null; made: boolean }> {
  const { lo, hi, state, choice, otherState } = sides(choosing)
  const makes = sql`(pair.match_id is null and coalesce(${otherState.stored} = 'liked', false))`
  const { rows } = await sql<MatchRow>`
    insert into pair (lo, hi, ${state.name}, ${choice.name})
    values (${lo}, ${hi}, 'liked', nextval('choice'))
    on conflict (lo, hi) do update set
      ${state.name} = 'liked',
      ${choice.name} = case when ${state.stored} = 'liked' then ${choice.stored} else excluded.${choice.name} end,
      generation = pair.generation + ${makes}::int,
      match_id = case when ${makes} then ${match_id} else pair.match_id end,
      matched_at = case when ${makes} then clock_timestamp() else pair.matched_at end
    returning lo, hi, generation, match_id, matched_at, conversation_id`.execute(db)
  const match = rows.find((row) => row.match_id !== null) ?? null
  return { match, made: match?.match_id === match_id }
}

/** Whether an error says that another match has the id that `recordLike` was given. */
export const isMatchIdTaken = (err: unknown): boolean =>
  err instanceof Error && (err as { constraint?: unknown }).constraint === 'pair_match_id_key'

/** Records a pass; false when the pair is matched, which a pass does not end. */
export async function recordPass(db: Db, choosing: Choosing): Promise<boolean> {
  const { lo, hi, state, choice } = sides(choosing)
  const { rows } = await sql`
    insert into pair (lo, hi, ${state.name}, ${choice.name})
    values (${lo}, ${hi}, 'passed', nextval('choice'))
    on conflict (lo, hi) do update set
      ${state.name} = 'passed',
      ${choice.name} = case when ${state.stored} = 'passed' then ${choice.stored} else excluded.${choice.name} end
      where pair.match_id is null
    returning lo`.execute(db)
  return rows.length === 1
}

/** A person's newest choice that stands. */
export async function findLastChoice(
  db: Db,
  by: number,
): Promise<{ about: number; state: Choice; choice: number } | null> {
  const { rows } = await sql<{ about: number; state: Choice; choice: number }>`
    (select hi as about, lo_state as state, lo_choice as choice from pair
      where lo = ${by} and lo_choice is not null order by lo_choice desc limit 1)
    union all
    (select lo as about, hi_state as state, hi_choice as choice from pair
      where hi = ${by} and hi_choice is not null order by hi_choice desc limit 1)
    order by choice desc limit 1`.execute(db)
  return rows[0] ?? null
}

/** Takes a choice back; false when it has become a match, or is no longer the one that `choice` numbers. */
export async function removeChoice(
  db: Db,
  { choice: number, ...choosing }: Choosing & { choice: number },
): Promise<boolean> {
  const { lo, hi, state, choice } = sides(choosing)
  const { numAffectedRows } = await sql`
    update pair set ${state.name} = null, ${choice.name} = null
    where lo = ${lo} and hi = ${hi} and ${choice.name} = ${number} and match_id is null`.execute(db)
  return numAffectedRows === 1n
}

/** The pair, which nobody else changes until the transaction ends; made where it is missing. */
export async function lockPair(
  tx: Db,
  choosing: Choosing,
): Promise<Pick<PairTable, 'lo' | 'hi' | 'match_id'> & { generation: number }> {
  const { lo, hi } = sides(choosing)
  await tx
    .insertInto('pair')
    .values({ lo, hi })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return tx
    .selectFrom('pair')
    .select(['lo', 'hi', 'generation', 'match_id'])
    .where('lo', '=', lo)
    .where('hi', '=', hi)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/** Makes a person's choice about another nothing; not of a pair that is matched. */
export async function forgetChoice(db: Db, choosing: Choosing): Promise<void> {
  const { lo, hi, state, choice } = sides(choosing)
  await sql`update pair set ${state.name} = null, ${choice.name} = null where lo = ${lo} and hi = ${hi}`.execute(
    db,
  )
}

/** Keeps what messaging said, as long as the match lasts. */
export async function rememberConversation(
  db: Db,
  { match_id, conversation_id }: { match_id: number; conversation_id: number },
): Promise<void> {
  await db.updateTable('pair').set({ conversation_id }).where('match_id', '=', match_id).execute()
}

/** Ends a match of one of its two and forgets both likes; null when that person has no such match. */
export async function endMatch(
  db: Db,
  { match_id, by }: { match_id: number; by: number },
): Promise<Pick<MatchRow, 'lo' | 'hi' | 'generation'> | null> {
  const ended = await db
    .updateTable('pair')
    .set({
      lo_state: null,
      hi_state: null,
      lo_choice: null,
      hi_choice: null,
      match_id: null,
      matched_at: null,
      conversation_id: null,
    })
    .where('match_id', '=', match_id)
    .where((eb) => eb.or([eb('lo', '=', by), eb('hi', '=', by)]))
    .returning(['lo', 'hi', 'generation'])
    .executeTakeFirst()
  return ended ?? null
}

/** A person's matches, newest first, those after a match's place in that order when one is given. */
export async function listMatchesOf(
  db: Db,
  {
    user_id,
    after,
    limit,
  }: { user_id: number; after?: Pick<MatchRow, 'matched_at' | 'match_id'> | undefined; limit: number },
): Promise<MatchRow[]> {
  const later = after ? sql`and (matched_at, match_id) < (${after.matched_at}, ${after.match_id})` : sql``
  const side = (name: 'lo' | 'hi') => sql`
    (select lo, hi, generation, match_id, matched_at, conversation_id from pair
      where ${sql.ref(name)} = ${user_id} and match_id is not null ${later}
      order by matched_at desc, match_id desc limit ${limit})`
  const { rows } = await sql<MatchRow>`
    ${side('lo')} union all ${side('hi')} order by matched_at desc, match_id desc limit ${limit}`.execute(db)
  return rows
}
