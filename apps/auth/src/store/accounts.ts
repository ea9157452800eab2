import DataLoader from 'dataloader'
import { sql, type Insertable, type Kysely, type Selectable, type Updateable } from 'kysely'
import { mayMeet } from './blocks.ts'
import type { AccountTable, Tables } from './tables.ts'

type Db = Kysely<Tables>
export type Account = Selectable<AccountTable>

/** Rejects with a driver error that `takenField` understands. */
export function insertAccount(db: Db, account: Insertable<AccountTable>): Promise<Account> {
  return db.insertInto('account').values(account).returningAll().executeTakeFirstOrThrow()
}

export type Unique = 'id' | 'username' | 'email' | 'phone'

const uniqueFields: Record<string, Unique> = {
  account_pkey: 'id',
  account_username_key: 'username',
  account_email_key: 'email',
  account_phone_key: 'phone',
}

/** The field whose value another account has, if that is why a write failed. */
export function takenField(err: unknown): Unique | undefined {
  const { code, constraint } = err as { code?: string; constraint?: string }
  return code === '23505' && constraint !== undefined ? uniqueFields[constraint] : undefined
}

/** The first field whose value an account has already: to refuse before the work of hashing. */
export async function findTaken(
  db: Db,
  { username, email, phone }: { username: string; email: string | null; phone: string | null },
): Promise<Exclude<Unique, 'id'> | undefined> {
  const found = await db
    .selectFrom('account')
    .select(['username', 'email', 'phone'])
    .where((is) => is.or([is('username', '=', username), is('email', '=', email), is('phone', '=', phone)]))
    .execute()
  if (found.some((account) => account.username === username)) return 'username'
  if (email !== null && found.some((account) => account.email === email)) return 'email'
  return found.length > 0 ? 'phone' : undefined
}

export async function findAccount(db: Db, id: number): Promise<Account | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
}

/** As `findAccount`, for a person who looks: across a block there is none. */
export async function findAccountFor(db: Db, viewer: number, id: number): Promise<Account | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).where(mayMeet(viewer)).executeTakeFirst()
}

/** Locked until the transaction ends. */
export async function lockAccount(tx: Db, id: number): Promise<Account | undefined> {
  return tx.selectFrom('account').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

export async function findAccountBy(
  db: Db,
  field: 'username' | 'email' | 'phone',
  value: string,
): Promise<Account | undefined> {
  return db.selectFrom('account').selectAll().where(field, '=', value).executeTakeFirst()
}

export async function listAccounts(db: Db, ids: readonly number[]): Promise<Account[]> {
  return db
    .selectFrom('account')
    .selectAll()
    .where(sql<boolean>`id = any(${[...ids]}::bigint[])`)
    .execute()
}

/** As `findAccount`; what is asked in one turn of the event loop is one read. */
export function createAccountReader(db: Db): (id: number) => Promise<Account | undefined> {
  const read = async (ids: readonly number[]): Promise<(Account | undefined)[]> => {
    const byId = new Map((await listAccounts(db, ids)).map((account) => [account.id, account]))
    return ids.map((id) => byId.get(id))
  }
  const loader = new DataLoader(read, { cache: false })
  return (id) => loader.load(id)
}

/** Agents and admins, in order of id. */
export async function listStaffIds(
  db: Db,
  { after_id, limit }: { after_id: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('role', 'in', ['agent', 'admin'])
    .where('id', '>', after_id)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Rejects with a driver error that `takenField` understands. */
export async function updateAccount(
  db: Db,
  id: number,
  changes: Omit<Updateable<AccountTable>, 'version'>,
): Promise<Account> {
  const version = sql<number>`version + 1`
  return db
    .updateTable('account')
    .set({ ...changes, version })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Until the transaction ends, no other changes a role: of two admins who lower each other one is left. */
export async function lockRoles(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('parley auth roles'))`.execute(tx)
}

export async function hasOtherAdmin(db: Db, id: number): Promise<boolean> {
  const found = await db
    .selectFrom('account')
    .select('id')
    .where('role', '=', 'admin')
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** False when the hash is no longer the one that was checked. */
export async function replacePasswordHash(
  db: Db,
  id: number,
  { from, to }: { from: string | null; to: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ password_hash: to })
    .where('id', '=', id)
    .where('password_hash', 'is not distinct from', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
