import type { Kysely } from 'kysely'
import type { Account } from './accounts.ts'
import { mayMeet } from './blocks.ts'
import type { Tables } from './tables.ts'

/** Where a person stands in the results: by the first of these that begins with the prefix, then by its text. */
const searched = ['username', 'name_key', 'last_name_key'] as const

export interface SearchPlace {
  rank: number
  key: string
  id: number
}

export const MOST_RANK = searched.length - 1

export interface AccountSearch {
  viewer: number
  /** Folded as the keys are. */
  prefix: string
  after: SearchPlace | undefined
  limit: number
}

/**
 * Those whose username, name or last name begins with the prefix, each once, and nobody across a block. One query a key, so that each reads its
 * index in order and stops at the limit: joined by `or` they would read all that match, or all that do not.
 */
export async function searchAccounts(
  db: Kysely<Tables>,
  { viewer, prefix, after, limit }: AccountSearch,
): Promise<{ account: Account; place: SearchPlace }[]> {
  const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`
  const found: { account: Account; place: SearchPlace }[] = []
  for (const [rank, key] of searched.entries()) {
    if (found.length >= limit || rank < (after?.rank ?? 0)) continue
    const rows = await db
      .selectFrom('account')
      .selectAll()
      .where(key, 'like', pattern)
      .where(mayMeet(viewer))
      .where((is) => is.and(searched.slice(0, rank).map((earlier) => is(earlier, 'not like', pattern))))
      .$if(after?.rank === rank, (query) =>
        query.where((is) => is(is.refTuple(key, 'id'), '>', is.tuple(after?.key ?? '', after?.id ?? 0))),
      )
      .orderBy(key)
      .orderBy('id')
      .limit(limit - found.length)
      .execute()
    found.push(...rows.map((account) => ({ account, place: { rank, key: account[key], id: account.id } })))
  }
  return found
}
