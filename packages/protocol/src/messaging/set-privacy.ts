import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional } from '../ids.ts'
import { Privacy } from './types.ts'

/**
 * Switches off, or on again, what the caller shares; a field that is absent stays as it is. Each works both ways: who
 * shares no receipts gets nobody's. No frame that is made after the answer breaks the rule.
 */
export const setPrivacy = rpc('messaging.set_privacy', {
  summary: 'Choose what you share of yourself',
  access: 'user',
  input: z.object({
    receipts: optional(z.boolean()),
    typing: optional(z.boolean()),
    presence: optional(z.boolean()),
  }),
  output: Privacy,
  errors: [],
  http: { method: 'PUT', path: '/api/users/me/privacy' },
})
