import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional } from '../ids.ts'
import { Email, Name, Phone, PictureUrl, User } from './types.ts'

/** Changes the fields that are given; `profile_picture` "" removes it. */
export const updateMe = rpc('auth.update_me', {
  summary: 'Change the own account',
  access: 'user',
  input: z.object({
    first_name: optional(Name),
    last_name: optional(Name),
    profile_picture: optional(z.union([z.literal(''), PictureUrl])),
    email: optional(Email),
    phone: optional(Phone),
  }),
  output: User,
  errors: ['email_taken', 'phone_taken'],
  http: { method: 'PATCH', path: '/api/users/me' },
})
