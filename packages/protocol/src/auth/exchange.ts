import * as z from 'zod'
import { rpc } from '../define.ts'
import { OutsideIssuer, OutsideToken, Tokens } from './types.ts'

/**
 * Opens a session for whom a configured outside issuer vouches, and makes the account at their first log-in. Whatever is
 * wrong with the token, and an unknown issuer, answer the same; `unavailable` when the issuer's keys cannot be had.
 */
export const exchange = rpc('auth.exchange', {
  summary: "Log in with an outside issuer's token",
  access: 'anyone',
  input: z.object({ issuer: OutsideIssuer, token: OutsideToken }),
  output: Tokens,
  errors: ['invalid_credentials'],
  http: { method: 'POST', path: '/api/auth/exchange' },
})
