import * as z from 'zod'
import { Card } from '../auth/types.ts'
import { ClientId, Id, optional, Seq, text, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'

export const ConversationKind = z.enum(['direct', 'group', 'support'])
export const ConversationState = z.enum(['open', 'closed'])

/** Trimmed of nothing: what was sent is what arrives. */
export const Content = text(0, limits.content_chars)

export const Attachment = z.object({
  id: z.string().max(64),
  url: z.string().max(limits.url_chars),
  name: z.nullable(text(0, 255)),
  content_type: z.nullable(z.string().max(127)),
  size: z.nullable(z.int().min(0)),
})

export const Message = z.object({
  id: Id,
  conversation_id: Id,
  seq: Seq,
  /** That of its last change. */
  rev: Seq,
  client_id: z.nullable(ClientId),
  kind: z.enum(['text', 'system']),
  content: Content,
  sender: Card,
  parent_message_id: z.nullable(Id),
  attachments: z.array(Attachment).max(limits.attachments),
  reactions: z.record(z.string(), z.array(Id)),
  created_at: Timestamp,
  is_edited: z.boolean(),
  edited_at: z.nullable(Timestamp),
  is_deleted: z.boolean(),
})
export type Message = z.output<typeof Message>

/** A conversation as one member sees it. */
export const Conversation = z.object({
  id: Id,
  kind: ConversationKind,
  title: z.nullable(z.string()),
  participants: z.array(Card),
  last_message: z.nullable(Message),
  last_seq: Seq,
  unread_count: z.int().min(0),
  read_seq: Seq,
  muted_until: z.nullable(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
  state: ConversationState,
})
export type Conversation = z.output<typeof Conversation>

export const Member = z.object({
  user: Card,
  role: z.enum(['owner', 'admin', 'member']),
  joined_at: Timestamp,
  read_seq: Seq,
  delivered_seq: Seq,
})
export type Member = z.output<typeof Member>

/** Which message a receipt is for: by id, or by its place in a conversation. */
export const ReceiptInput = z
  .object({
    conversation_id: optional(Id),
    message_id: optional(Id),
    seq: optional(z.int().min(1)),
  })
  .refine((r) => r.message_id !== undefined || (r.conversation_id !== undefined && r.seq !== undefined), {
    path: ['message_id'],
    message: 'message_id, or conversation_id and seq, is required',
  })

export const ReceiptOutput = z.object({
  conversation_id: Id,
  read_seq: Seq,
  delivered_seq: Seq,
  unread_count: z.int().min(0),
})
