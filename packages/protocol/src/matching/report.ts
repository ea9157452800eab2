import * as z from 'zod'
import { rpc } from '../define.ts'
import { ClientId, Id, optional, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { ReportReason } from './types.ts'

/**
 * Keeps a copy of what is reported: the person's card, and a message of theirs or the newest messages of a conversation.
 * The reported person never learns of it. A repeated `client_id` gives the first report.
 */
export const report = rpc('matching.report', {
  summary: 'Report a person, a message of theirs or a conversation with them',
  access: 'user',
  input: z.object({
    user_id: Id,
    reason: ReportReason,
    detail: optional(text(0, limits.report_detail_chars)),
    message_id: optional(Id),
    conversation_id: optional(Id),
    client_id: optional(ClientId),
  }),
  output: z.object({ id: Id, duplicate: z.boolean() }),
  errors: ['user_not_found', 'message_not_found', 'conversation_not_found'],
  http: { method: 'POST', path: '/api/reports', status: 201, repeated: 'duplicate' },
})
