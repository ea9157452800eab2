import type { Kysely } from 'kysely'
import type pg from 'pg'
import { isPlain, type Draft } from '../domain/draft.ts'
import { appendBatch } from '../store/batch.ts'
import { saveBlocks } from '../store/blocks.ts'
import { insertHidden } from '../store/hidden.ts'
import type { LaneRow } from '../store/lanes.ts'
import { deleteNotificationsOf, insertNotifications } from '../store/notifications.ts'
import { describeConversations, insertConversations, saveMemberships } from '../store/opened.ts'
import { saveOwn } from '../store/personal.ts'
import { saveSupport } from '../store/support.ts'
import type { Tables } from '../store/tables.ts'
import {
  batchRows,
  conversationInserts,
  descriptions,
  memberInserts,
  membershipChanges,
  notificationInserts,
  ownRows,
  supportRows,
} from './batch-rows.ts'

/** The one connection that holds a lane's lock. */
export interface Session {
  client: pg.Client
  db: Kysely<Tables>
}

/** Writes all that a batch has changed, or nothing; gives the batch's position. */
export async function commitBatch(session: Session, draft: Draft, lane: LaneRow): Promise<number> {
  const { client, db } = session
  const { owner_epoch, published_pos } = lane
  const rows = {
    ...batchRows(draft),
    ...{ lane: lane.lane, owner_epoch, published_pos, next_id: draft.nextId },
  }
  if (isPlain(draft)) return appendBatch(client, rows)
  const pos = lane.pos + 1
  await db.transaction().execute(async (tx) => {
    await insertConversations(tx, conversationInserts(draft, pos), memberInserts(draft))
    await describeConversations(tx, descriptions(draft, pos))
    await saveSupport(tx, supportRows(draft, pos))
    await saveMemberships(tx, membershipChanges(draft, pos))
    await saveOwn(tx, ownRows(draft, pos))
    await insertHidden(
      tx,
      draft.hidden.map((hidden) => ({ ...hidden, pos })),
    )
    await saveBlocks(tx, draft.blocks)
    await insertNotifications(tx, notificationInserts(draft, pos))
    await deleteNotificationsOf(tx, draft.unnotified)
    await appendBatch(client, rows)
  })
  return pos
}
