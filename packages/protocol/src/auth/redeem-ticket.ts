import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, text } from '../ids.ts'
import { Role, SessionId } from './types.ts'

/** Consumes a ticket: of any number of parallel uses exactly one succeeds. `expires_at` is when its session's socket must renew. */
export const redeemTicket = rpc('auth.redeem_ticket', {
  summary: 'Consume a socket ticket',
  access: 'service',
  input: z.object({ ticket: text(1, 256) }),
  output: z.object({ user_id: Id, session_id: SessionId, role: Role, expires_at: z.int() }),
  errors: ['ticket_invalid'],
})
