import { sql, type Insertable, type Kysely, type Selectable } from 'kysely'
import type { ProfileTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

export type ProfileRow = Selectable<Omit<ProfileTable, 'birth_date'>> & { birth_date: string | null }
export type NewProfile = Omit<Insertable<ProfileTable>, 'place' | 'listed_at' | 'created_at'>

export async function findProfile(db: Db, user_id: number): Promise<ProfileRow | null> {
  const row = await selectProfiles(db).where('user_id', '=', user_id).executeTakeFirst()
  return row ?? null
}

function selectProfiles(db: Db) {
  return db
    .selectFrom('profile')
    .select([
      'user_id',
      'bio',
      'gender',
      'interests',
      'interest_keys',
      'is_visible',
      'wanted_genders',
      'min_age',
      'max_age',
      'place',
      'listed_at',
      'created_at',
      sql<string | null>`birth_date::text`.as('birth_date'),
    ])
}

/** Gives a person a profile of which nothing is known; one that exists stays as it is. */
export async function insertProfile(db: Db, user_id: number): Promise<void> {
  await db
    .insertInto('profile')
    .values({ user_id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Replaces what a person says about themselves. At most once a day this lists them first, like somebody new. */
export async function replaceProfile(db: Db, profile: NewProfile): Promise<void> {
  const isDue = sql`profile.listed_at < now() - interval '1 day'`
  await db
    .insertInto('profile')
    .values(profile)
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        ...profile,
        place: sql<number>`case when ${isDue} then nextval('profile_place') else profile.place end`,
        listed_at: sql<Date>`case when ${isDue} then now() else profile.listed_at end`,
      }),
    )
    .execute()
}

/** A run of places: `below` is not in it, `floor` is. */
export interface PlaceWindow {
  below: number
  floor: number
}

/** The next `size` visible profiles by place, all of them or those below a place; null when there is none. */
export async function findPlaceWindow(
  db: Db,
  { below, size }: { below?: number | undefined; size: number },
): Promise<PlaceWindow | null> {
  const { rows } = await sql<{ top: number | null; floor: number }>`
    select max(place) as top, min(place) as floor from (
      select place from profile where is_visible ${below === undefined ? sql`` : sql`and place < ${below}`}
      order by place desc limit ${size}
    ) as listed`.execute(db)
  const found = rows[0]
  return found && found.top !== null ? { below: found.top + 1, floor: found.floor } : null
}

/**
 * Visible people of a window about whom a person has chosen nothing and with whom they never were matched, and no block
 * between them. What else the others chose is not read: a list that depended on it would tell.
 */
export async function listUndecided(
  db: Db,
  { user_id, below, floor }: PlaceWindow & { user_id: number },
): Promise<ProfileRow[]> {
  return (
    selectProfiles(db)
      .where('is_visible', '=', true)
      .where('place', '<', below)
      .where('place', '>=', floor)
      .where('user_id', '<>', user_id)
      .where(
        sql<boolean>`not exists (
        select from pair
        where lo = least(profile.user_id, ${user_id}) and hi = greatest(profile.user_id, ${user_id})
          and (generation > 0 or case when lo = ${user_id} then lo_state else hi_state end is not null)
      )`,
      )
      // One condition a direction, each with an index: joined by `or` they would make the planner read all blocks.
      .where(
        sql<boolean>`not exists (select from block where blocker_id = ${user_id} and blocked_id = profile.user_id)`,
      )
      .where(
        sql<boolean>`not exists (select from block where blocker_id = profile.user_id and blocked_id = ${user_id})`,
      )
      .execute()
  )
}
