import * as z from 'zod'
import { rpc } from '../define.ts'
import { text } from '../ids.ts'
import { Nothing } from '../paging.ts'
import { Password } from './types.ts'

/** Every other session of the person ends. */
export const changePassword = rpc('auth.change_password', {
  summary: 'Change the password; every other session ends',
  access: 'user',
  input: z.object({ current_password: text(1, 1_024), new_password: Password }),
  output: Nothing,
  errors: ['invalid_credentials'],
  http: { method: 'POST', path: '/api/auth/password', status: 204 },
})
