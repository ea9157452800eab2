import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { limits } from '../limits.ts'

/** People with whom the caller shares an open conversation of at most 256; those of the newest activity, when there are more. */
export const listContacts = rpc('messaging.list_contacts', {
  summary: 'With whom you share a conversation',
  access: 'user',
  input: z.object({ limit: z.int().min(1).max(limits.contacts) }),
  output: z.object({ user_ids: z.array(Id).max(limits.contacts) }),
  errors: [],
})
