import * as z from 'zod'
import { rpc } from '../define.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Candidate } from './types.ts'

/** People whom the caller has not yet liked or passed, and who fit both ways, best first. */
export const listCandidates = rpc('matching.list_candidates', {
  summary: 'People to like or pass',
  access: 'user',
  requests: 'search',
  input: z.object({ limit: Limit, cursor: Cursor }),
  output: page(Candidate),
  errors: [],
  http: { method: 'GET', path: '/api/matching/candidates' },
})
