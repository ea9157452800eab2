import { rpc } from '../define.ts'
import { shardOf } from '../ids.ts'
import { ReceiptInput, ReceiptOutput } from './types.ts'

/** Moves the caller's delivery watermark forward, never back. */
export const markDelivered = rpc('messaging.mark_delivered', {
  summary: 'Confirm that messages arrived up to one',
  access: 'user',
  input: ReceiptInput,
  output: ReceiptOutput,
  errors: ['conversation_not_found', 'message_not_found'],
  http: { method: 'POST', path: '/api/conversations/{conversation_id}/delivered' },
  socket: { type: 'delivery_receipt', ack: ['conversation_id', 'delivered_seq'] },
  shard: (input) => shardOf(input.conversation_id ?? input.message_id ?? 0),
})
