import { limits } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import { isStaff } from './staff.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export interface LastSeen {
  user_id: number
  seen_at: Date
}

/** Keeps the latest time of each; the people must be different ones. */
export async function saveLastSeen(db: Db, rows: readonly LastSeen[]): Promise<void> {
  const ids = rows.map(({ user_id }) => user_id)
  const times = rows.map(({ seen_at }) => seen_at.toISOString())
  await sql`
    insert into last_seen (user_id, seen_at)
    select * from unnest(${ids}::bigint[], ${times}::timestamptz[])
    on conflict (user_id) do update set seen_at = greatest(last_seen.seen_at, excluded.seen_at)`.execute(db)
}

export interface Seen {
  user_id: number
  /** Whether one of the two blocks the other, or does not share presence. */
  is_hidden: boolean
  seen_at: Date | null
}

/** Conversations in which people see each other's presence. */
const shared = sql`c.state = 'open' and c.kind in ('direct', 'group', 'support')
  and c.member_count <= ${limits.small_conversation}`

/** Whether somebody who has a row of conversation `c` belongs to it still: who was staff of support does not. */
const belongs = (userId: number | ReturnType<typeof sql.ref>) =>
  sql`(c.kind <> 'support' or c.created_by = ${userId} or ${isStaff(userId)})`

/** Those of the given people with whom the viewer shares an open conversation; staff do with everybody who has an open support conversation. */
export async function listSeen(db: Db, user_id: number, userIds: readonly number[]): Promise<Seen[]> {
  if (userIds.length === 0) return []
  const { rows } = await sql<Seen>`
    select o.id as user_id, l.seen_at,
      exists (select from block b where b.blocker_id in (o.id, ${user_id}) and b.blocked_id in (o.id, ${user_id}))
      or exists (select from privacy p where p.user_id in (o.id, ${user_id}) and not p.presence) as is_hidden
    from unnest(${[...new Set(userIds)]}::bigint[]) as o (id)
    left join last_seen l on l.user_id = o.id
    where o.id <> ${user_id} and exists (
      select from member t join conversation c on c.id = t.conversation_id
      where t.user_id = o.id and t.left_pos is null and ${shared} and ${belongs(sql.ref('o.id'))} and (
        c.kind = 'support' and ${isStaff(user_id)}
        or exists (select from member v
          where v.conversation_id = c.id and v.user_id = ${user_id} and v.left_pos is null) and ${belongs(user_id)}
      )
    )`.execute(db)
  return rows
}

/** The people of somebody's open conversations, of those with the newest activity first. */
export async function listContacts(db: Db, userId: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ user_id: number }>`
    select o.user_id from member m
    join conversation c on c.id = m.conversation_id
    join member o on o.conversation_id = c.id and o.left_pos is null and o.user_id <> m.user_id
    where m.user_id = ${userId} and m.left_pos is null and ${shared}
      and ${belongs(userId)} and ${belongs(sql.ref('o.user_id'))}
    group by o.user_id order by max(c.updated_at) desc, o.user_id limit ${limit}`.execute(db)
  return rows.map(({ user_id }) => user_id)
}
