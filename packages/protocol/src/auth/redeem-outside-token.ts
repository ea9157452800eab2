import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { OutsideToken, Role, SessionId } from './types.ts'

/**
 * The session of an outside issuer's token that a socket shows: the same one however often it comes. `expires_at` is the
 * end of the token.
 */
export const redeemOutsideToken = rpc('auth.redeem_outside_token', {
  summary: "The session of an outside issuer's token on a socket",
  access: 'service',
  input: z.object({ token: OutsideToken }),
  output: z.object({ user_id: Id, session_id: SessionId, role: Role, expires_at: z.int() }),
  errors: ['invalid_credentials'],
})
