import * as z from 'zod'
import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'
import { SessionId } from './types.ts'

export const endSession = rpc('auth.end_session', {
  summary: 'End one of the own sessions',
  access: 'user',
  input: z.object({ session_id: SessionId }),
  output: Nothing,
  errors: ['session_not_found'],
  http: { method: 'DELETE', path: '/api/auth/sessions/{session_id}', status: 204 },
})
