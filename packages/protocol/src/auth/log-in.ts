import * as z from 'zod'
import { rpc } from '../define.ts'
import { text } from '../ids.ts'
import { Tokens } from './types.ts'

/** Opens a session. An unknown name and a wrong password answer the same. */
export const logIn = rpc('auth.log_in', {
  summary: 'Log in by username, e-mail or phone',
  access: 'anyone',
  input: z.object({ identifier: text(1, 254), password: text(1, 1_024) }),
  output: Tokens,
  errors: ['invalid_credentials'],
  http: { method: 'POST', path: '/api/auth/login' },
})
