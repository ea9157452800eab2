import * as z from 'zod'
import { rpc } from '../define.ts'
import { text } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Card } from './types.ts'

export const searchUsers = rpc('auth.search_users', {
  summary: 'People whose username or name begins with a text',
  access: 'user',
  requests: 'search',
  input: z.object({ q: text(1, 64), limit: Limit, cursor: Cursor }),
  output: page(Card),
  errors: [],
  http: { method: 'GET', path: '/api/users' },
})
