import { limits, sync } from '@parley/protocol'
import { handleFrames, unavailable } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { encodeContinuation, encodeCursor, type Continuation } from '../domain/cursor.ts'
import { toMembership } from '../store/conversations.ts'
import { listChangedConversations } from '../store/sync.ts'
import { replayConversation } from './replay-conversation.ts'
import { replayNotifications } from './replay-notifications.ts'
import { findRange } from './sync-range.ts'
import { viewMemberships } from './view-memberships.ts'

/** Conversations looked at in one read. */
const PAGE = 100

export function syncHandler(deps: Pick<Deps, 'db' | 'store' | 'positions' | 'staff' | 'syncs'>) {
  const { db, store, positions, staff, syncs } = deps
  return handleFrames(sync, async ({ cursor, continuation }, { caller, deadline, fail }) => {
    const { epoch } = store
    if (cursor === undefined && continuation === undefined) {
      const staff_since = staff.since(caller.user_id)
      const present = { epoch, positions: await positions.read(), staff_since }
      return { output: { cursor: encodeCursor(present), epoch, continuation: null }, frames: [] }
    }
    return syncs.run(async () => {
      const asked = { user_id: caller.user_id, cursor, continuation }
      const start = await findRange(deps, asked, fail)
      const { frames, next } = await replay(db, { userId: caller.user_id, start, deadline })
      // After the conversations that they are about.
      if (!next) frames.push(...(await replayNotifications(db, caller.user_id, start)))
      return {
        output: { cursor: encodeCursor(start.to), epoch, continuation: next && encodeContinuation(next) },
        frames,
      }
    }, deadline)
  })
}

interface Asked {
  userId: number
  start: Continuation
  deadline: number
}

async function replay(
  db: Deps['db'],
  { userId, start, deadline }: Asked,
): Promise<{ frames: string[]; next: Continuation | null }> {
  const { from } = start
  // A conversation that the page before left unfinished comes again.
  const after_id = start.afterRev > 0 ? start.conversationId - 1 : start.conversationId
  const changed = await listChangedConversations(db, {
    user_id: userId,
    positions: from.positions,
    after_id,
    limit: PAGE,
    support: supportOf(start),
  })
  const views = await viewMemberships(
    db,
    changed.map(({ since_pos: _, left_pos: __, own_pos: ___, ...row }) => toMembership(row)),
    userId,
  )
  const frames: string[] = []
  let room: number = limits.page_bytes
  for (const [i, conversation] of changed.entries()) {
    if (performance.now() >= deadline) throw unavailable()
    const afterRev = conversation.id === start.conversationId ? start.afterRev : 0
    const view = views[i] as (typeof views)[number]
    const replayed = await replayConversation(db, { conversation, view, userId, afterRev, room })
    frames.push(...replayed.frames)
    room -= replayed.bytes
    if (replayed.unfinishedAfter !== null)
      return {
        frames,
        next: { ...start, conversationId: conversation.id, afterRev: replayed.unfinishedAfter },
      }
    if (room <= 0) return { frames, next: { ...start, conversationId: conversation.id, afterRev: 0 } }
  }
  const last = changed.length === PAGE ? changed.at(-1) : undefined
  return { frames, next: last ? { ...start, conversationId: last.id, afterRev: 0 } : null }
}

/** For staff, all of support; for who became staff since the cursor, also what has not changed since then. */
const supportOf = ({ from, to }: Continuation): 'changed' | 'open' | undefined => {
  if (to.staff_since === 0) return undefined
  return from.staff_since === to.staff_since ? 'changed' : 'open'
}
