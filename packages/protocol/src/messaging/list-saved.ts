import * as z from 'zod'
import { rpc } from '../define.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Message } from './types.ts'

/** As they are by now; without those that were deleted, and those of conversations that the caller is not in any more. */
export const listSaved = rpc('messaging.list_saved', {
  summary: 'Own saved messages, newest saved first',
  access: 'user',
  input: z.object({ limit: Limit, cursor: Cursor }),
  output: page(Message),
  errors: [],
  http: { method: 'GET', path: '/api/saved' },
})
