import { limits, sync } from '@parley/protocol'
import { handleFrames, type RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import {
  decodeContinuation,
  decodeCursor,
  encodeContinuation,
  encodeCursor,
  type Continuation,
} from '../domain/cursor.ts'
import { toMembership } from '../store/conversations.ts'
import { listChangedConversations } from '../store/sync.ts'
import { replayConversation } from './replay-conversation.ts'
import { viewMemberships } from './view-memberships.ts'

/** Conversations looked at in one read. */
const PAGE = 100

export function syncHandler({ db, store, positions }: Pick<Deps, 'db' | 'store' | 'positions'>) {
  return handleFrames(sync, async ({ cursor, continuation }, { caller, fail }) => {
    const { epoch } = store
    if (cursor === undefined && continuation === undefined) {
      const present = { epoch, positions: await positions.read() }
      return { output: { cursor: encodeCursor(present), epoch, continuation: null }, frames: [] }
    }
    const start = await findStart({ store, positions }, { cursor, continuation }, fail)
    const { frames, next } = await replay(db, caller.user_id, start)
    return {
      output: { cursor: encodeCursor(start.to), epoch, continuation: next && encodeContinuation(next) },
      frames,
    }
  })
}

type Asked = { cursor: string | undefined; continuation: string | undefined }

/** The end of a sync is fixed before it reads: what commits meanwhile is live, or in the next sync. */
async function findStart(
  { store, positions }: Pick<Deps, 'store' | 'positions'>,
  { cursor, continuation }: Asked,
  fail: (code: 'cursor_reset') => RpcError,
): Promise<Continuation> {
  if (continuation !== undefined) {
    const found = decodeContinuation(continuation, store)
    if (!found) throw fail('cursor_reset')
    return found
  }
  const from = decodeCursor(cursor as string, store)
  if (!from) throw fail('cursor_reset')
  const present = await positions.read()
  // A cursor ahead of the store is from a past that this store has lost.
  if (from.positions.some((pos, lane) => pos > (present[lane] as number))) throw fail('cursor_reset')
  return { from, to: { epoch: store.epoch, positions: present }, conversationId: 0, afterRev: 0 }
}

async function replay(
  db: Deps['db'],
  userId: number,
  start: Continuation,
): Promise<{ frames: string[]; next: Continuation | null }> {
  const { from } = start
  // A conversation that the page before left unfinished comes again.
  const after_id = start.afterRev > 0 ? start.conversationId - 1 : start.conversationId
  const changed = await listChangedConversations(db, {
    user_id: userId,
    positions: from.positions,
    after_id,
    limit: PAGE,
  })
  const views = await viewMemberships(
    db,
    changed.map(({ since_pos: _, left_pos: __, ...row }) => toMembership(row)),
  )
  const frames: string[] = []
  let room: number = limits.page_bytes
  for (const [i, conversation] of changed.entries()) {
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
