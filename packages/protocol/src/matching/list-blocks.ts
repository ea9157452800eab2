import * as z from 'zod'
import { rpc } from '../define.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Block } from './types.ts'

/** Who has left, or blocks the caller too, is not listed. */
export const listBlocks = rpc('matching.list_blocks', {
  summary: 'Whom the caller blocks, newest first',
  access: 'user',
  input: z.object({ limit: Limit, cursor: Cursor }),
  output: page(Block),
  errors: [],
  http: { method: 'GET', path: '/api/matching/blocks' },
})
