import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional } from '../ids.ts'
import { Email, Name, Password, Phone, Tokens, Username } from './types.ts'

/** Creates an account and its first session. */
export const register = rpc('auth.register', {
  summary: 'Create an account',
  access: 'anyone',
  input: z.object({
    username: Username,
    password: Password,
    email: optional(Email),
    phone: optional(Phone),
    first_name: optional(Name),
    last_name: optional(Name),
  }),
  output: Tokens,
  errors: ['username_taken', 'email_taken', 'phone_taken'],
  http: { method: 'POST', path: '/api/auth/register', status: 201 },
})
