import * as z from 'zod'
import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'

/** RFC 7517: the public keys that access tokens are signed with, the next one included. */
export const listKeys = rpc('auth.list_keys', {
  summary: 'Public keys of access tokens (JWKS)',
  access: 'anyone',
  input: Nothing,
  output: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  errors: [],
  http: { method: 'GET', path: '/.well-known/jwks.json' },
})
