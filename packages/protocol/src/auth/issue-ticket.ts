import * as z from 'zod'
import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'

/** A one-time credential for one socket, for browsers that cannot set headers; one that a page asked for is good there alone. */
export const issueTicket = rpc('auth.issue_ticket', {
  summary: 'A one-time ticket that opens one socket',
  access: 'user',
  input: Nothing,
  output: z.object({ ticket: z.string(), expires_in: z.int() }),
  errors: [],
  http: { method: 'POST', path: '/api/auth/ticket', status: 201 },
})
