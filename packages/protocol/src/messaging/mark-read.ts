import { rpc } from '../define.ts'
import { shardOf } from '../ids.ts'
import { ReceiptInput, ReceiptOutput } from './types.ts'

/** Moves the caller's read watermark forward, never back; a move also counts as delivered. */
export const markRead = rpc('messaging.mark_read', {
  summary: 'Mark a conversation as read up to a message',
  access: 'user',
  input: ReceiptInput,
  output: ReceiptOutput,
  errors: ['conversation_not_found', 'message_not_found'],
  http: { method: 'POST', path: '/api/conversations/{conversation_id}/read' },
  socket: { type: 'read_receipt', ack: ['conversation_id', 'read_seq', 'unread_count'] },
  shard: (input) => shardOf(input.conversation_id ?? input.message_id ?? 0),
})
