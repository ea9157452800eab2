import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'

export const pass = rpc('matching.pass', {
  summary: 'Pass over a person',
  access: 'user',
  input: z.object({ user_id: Id }),
  output: z.object({ status: z.literal('passed') }),
  errors: ['user_not_found', 'forbidden'],
  http: { method: 'POST', path: '/api/matching/pass' },
})
