import * as z from 'zod'
import { Card } from '../auth/types.ts'
import { ClientId, Id, optional, Seq, text, Timestamp, webUrl } from '../ids.ts'
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

/** What a send may carry: a link to something that lies elsewhere. */
export const AttachmentInput = z.object({
  url: webUrl(limits.url_chars),
  name: optional(text(1, 255)),
})

/** 1–32 code points. */
export const Emoji = text(1, 64).refine(
  (emoji) => Array.from(emoji).length <= 32,
  'must be at most 32 code points',
)

/** What a system message tells of. */
export const SystemNote = z.object({
  event: z.enum(['joined', 'left', 'renamed', 'matched']),
  user_ids: z.array(Id),
})
export type SystemNote = z.output<typeof SystemNote>

/** The message that another one quotes, as it was then. */
export const Quote = z.object({ message_id: Id, sender_id: Id, content: Content })
export type Quote = z.output<typeof Quote>

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
  /** Answers in the thread below it, deleted ones not counted. */
  reply_count: z.int().min(0),
  /** Members whom the text names by `@username`. */
  mentions: z.array(Id).max(limits.mentions),
  quote: z.nullable(Quote),
  /** The person whose message was passed on. */
  forwarded_from: z.nullable(Id),
  system: z.nullable(SystemNote),
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

export const MemberRole = z.enum(['owner', 'admin', 'member'])
export type MemberRole = z.output<typeof MemberRole>

export const Member = z.object({
  user: Card,
  role: MemberRole,
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

/** What a reaction did. */
export const ReactionOutput = z.object({
  message_id: Id,
  conversation_id: Id,
  emoji: Emoji,
  action: z.enum(['added', 'removed']),
  rev: Seq,
  message: Message,
})
