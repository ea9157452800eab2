import * as z from 'zod'
import { event } from '../define.ts'
import { Id } from '../ids.ts'
import { SessionId } from './types.ts'

export const sessionEnded = event('auth.session_ended', {
  summary: 'Sessions of a person ended; their sockets close and their tokens are refused',
  payload: z.object({ user_id: Id, session_ids: z.array(SessionId) }),
})
