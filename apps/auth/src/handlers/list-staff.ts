import { limits, listStaff } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listStaffIds } from '../store/accounts.ts'

export function listStaffHandler({ db }: Deps): Handler {
  return handle(listStaff, async ({ after_id = 0 }) => {
    const ids = await listStaffIds(db, { after_id, limit: limits.staff_page + 1 })
    return { user_ids: ids.slice(0, limits.staff_page), has_more: ids.length > limits.staff_page }
  })
}
