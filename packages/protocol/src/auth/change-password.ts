import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional, text } from '../ids.ts'
import { Nothing } from '../paging.ts'
import { OutsideIssuer, OutsideToken, Password } from './types.ts'

/**
 * Every other session of the person ends. `issuer` and `token`, as for a log-in by them, stand for the present password: an
 * account that was made by such a log-in has none.
 */
export const changePassword = rpc('auth.change_password', {
  summary: 'Change or set the password; every other session ends',
  access: 'user',
  input: z
    .object({
      current_password: optional(text(1, 1_024)),
      issuer: optional(OutsideIssuer),
      token: optional(OutsideToken),
      new_password: Password,
    })
    .refine(
      (input) =>
        input.current_password !== undefined || (input.issuer !== undefined && input.token !== undefined),
      {
        path: ['current_password'],
        message: 'current_password, or issuer and token, are required',
      },
    ),
  output: Nothing,
  errors: ['invalid_credentials'],
  http: { method: 'POST', path: '/api/auth/password', status: 204 },
})
