import * as z from 'zod'
import { rpc } from '../define.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Match } from './types.ts'

export const listMatches = rpc('matching.list_matches', {
  summary: 'Own matches, newest first',
  access: 'user',
  input: z.object({ limit: Limit, cursor: Cursor }),
  output: page(Match),
  errors: [],
  http: { method: 'GET', path: '/api/matching/matches' },
})
