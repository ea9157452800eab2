import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Timestamp } from '../ids.ts'
import { Content } from './types.ts'

/** A deleted message has no history. */
export const listEdits = rpc('messaging.list_edits', {
  summary: 'What a message said before each edit, oldest first',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: z.object({ items: z.array(z.object({ content: Content, replaced_at: Timestamp })) }),
  errors: ['message_not_found'],
  http: { method: 'GET', path: '/api/messages/{message_id}/edits' },
})
