import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'
import { SessionId } from './types.ts'

/** Sessions that ended while an access token of theirs may still be alive: what a verifier must refuse. */
export const listEndedSessions = rpc('auth.list_ended_sessions', {
  summary: 'Sessions whose access tokens must be refused',
  access: 'service',
  input: Nothing,
  output: z.object({ items: z.array(z.object({ session_id: SessionId, user_id: Id })) }),
  errors: [],
})
