import { sql, type Kysely } from 'kysely'

/**
 * Copies of auth's roles: of everyone who is staff or has been. `version` is that of auth's record of the person, `since`
 * the version with which they became staff, 0 for who is not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table staff (
    user_id bigint primary key, role text not null, version int not null, since int not null
  )`.execute(db)
}
