import type { RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { decodeContinuation, decodeCursor, type Continuation } from '../domain/cursor.ts'

export interface AskedRange {
  user_id: number
  cursor: string | undefined
  continuation: string | undefined
}

type Fail = (code: 'cursor_reset') => RpcError

/** What a sync replays. Its end is fixed before it reads: what commits meanwhile is live, or in the next sync. */
export async function findRange(
  { store, positions, staff }: Pick<Deps, 'store' | 'positions' | 'staff'>,
  { user_id, cursor, continuation }: AskedRange,
  fail: Fail,
): Promise<Continuation> {
  if (continuation !== undefined) {
    const found = decodeContinuation(continuation, store)
    if (!found) throw fail('cursor_reset')
    await checkStaff(staff, { user_id, said: found.to.staff_since }, fail)
    return found
  }
  const from = decodeCursor(cursor as string, store)
  if (!from) throw fail('cursor_reset')
  const staff_since = await checkStaff(staff, { user_id, said: from.staff_since }, fail)
  const present = await positions.read()
  // A cursor ahead of the store is from a past that this store has lost.
  if (from.positions.some((pos, lane) => pos > (present[lane] as number))) throw fail('cursor_reset')
  return {
    from,
    to: { epoch: store.epoch, positions: present, staff_since },
    conversationId: 0,
    afterRev: 0,
  }
}

/** Since when the reader is staff. Who was when the cursor was given, and is not any more, begins anew: nothing of support may stay. */
async function checkStaff(
  staff: Deps['staff'],
  { user_id, said }: { user_id: number; said: number },
  fail: Fail,
): Promise<number> {
  // Another process may have learned of a change before this one.
  if (staff.since(user_id) !== said) await staff.refresh()
  const since = staff.since(user_id)
  if (said > 0 && since === 0) throw fail('cursor_reset')
  return since
}
