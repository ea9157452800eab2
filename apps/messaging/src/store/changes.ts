import type { Kysely } from 'kysely'
import { seenBy, type MessageRow, type Reader } from './messages.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Messages whose last change is above `after_rev`, in order of `rev`. */
export const listChangesAfter = (
  db: Db,
  page: { reader: Reader; after_rev: number; limit: number },
): Promise<MessageRow[]> =>
  seenBy(db, page.reader).where('m.rev', '>', page.after_rev).orderBy('m.rev').limit(page.limit).execute()

export interface ChangeRange {
  reader: Reader
  /** Lane position that the reader has. */
  pos: number
  /** Of the conversation, or one before. */
  last_rev: number
  /** Where what the reader may see begins: no message after it has a lower rev. */
  joined_seq: number
  /** The newest so many changes are looked at, the rest is not replayed. */
  most: number
}

/** Revs that are looked at first, for whoever was away for a moment; then more and more. */
const FIRST_REVS = 64
const MORE_REVS = 8
/** Above every rev. */
const NEWEST = Number.MAX_SAFE_INTEGER

/**
 * Messages changed since a lane position, in order of `rev`: the newest `most` of them, and what changes meanwhile. They are read
 * from the newest rev back, stretch by stretch, so that the cost is that of the changes and not of the conversation: by `rev`
 * and `pos` at once there is no index. What is changed between two stretches has moved above the first one: it is read last.
 */
export async function listChangesSince(
  db: Db,
  { reader, pos, last_rev, joined_seq, most }: ChangeRange,
): Promise<MessageRow[]> {
  const changes: MessageRow[] = []
  const read = (above: number, upTo: number, limit: number) =>
    seenBy(db, reader)
      .select('m.pos')
      .where('m.rev', '>', above)
      .where('m.rev', '<=', upTo)
      .orderBy('m.rev', 'desc')
      .limit(limit)
      .execute()
  let upTo = NEWEST
  for (let revs = FIRST_REVS; ; revs *= MORE_REVS) {
    const above = Math.max(joined_seq, Math.min(upTo, last_rev) - revs)
    const rows = await read(above, upTo, most - changes.length)
    const changed = rows.filter((row) => row.pos > pos)
    changes.push(...changed)
    if (changed.length < rows.length || changes.length === most || above === joined_seq) break
    upTo = above
  }
  if (upTo === NEWEST) return changes.reverse()
  const moved = (await read(changes[0]?.rev ?? upTo, NEWEST, most)).filter((row) => row.pos > pos)
  const again = new Set(moved.map(({ id }) => id))
  return [...moved, ...changes.filter(({ id }) => !again.has(id))].reverse()
}
