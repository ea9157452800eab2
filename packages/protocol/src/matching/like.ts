import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Match } from './types.ts'

/** A mutual like is a match: it answers once the pair's conversation is open. Liking again answers the same. */
export const like = rpc('matching.like', {
  summary: 'Like a person',
  access: 'user',
  input: z.object({ user_id: Id }),
  output: z.discriminatedUnion('status', [
    z.object({ status: z.literal('liked') }),
    z.object({ status: z.literal('matched'), match: Match }),
  ]),
  errors: ['user_not_found', 'forbidden'],
  http: { method: 'POST', path: '/api/matching/like' },
})
