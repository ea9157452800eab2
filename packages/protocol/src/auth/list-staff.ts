import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional } from '../ids.ts'
import { limits } from '../limits.ts'

/** Agents and admins in order of id, from the one after `after_id` on; `has_more` when there are others behind them. */
export const listStaff = rpc('auth.list_staff', {
  summary: 'Who is agent or admin',
  access: 'service',
  input: z.object({ after_id: optional(Id) }),
  output: z.object({ user_ids: z.array(Id).max(limits.staff_page), has_more: z.boolean() }),
  errors: [],
})
