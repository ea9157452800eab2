import * as z from 'zod'
import { Card, PictureUrl } from '../auth/types.ts'
import { ClientId, Id, optional, Seq, text, Timestamp, webUrl } from '../ids.ts'
import { limits } from '../limits.ts'

export const ConversationKind = z.enum(['direct', 'group', 'broadcast', 'support'])
export type ConversationKind = z.output<typeof ConversationKind>
export const ConversationState = z.enum(['open', 'closed'])

/** Trimmed of nothing: what was sent is what arrives. */
export const Content = text(0, limits.content_chars)
/** Nothing that anybody would see. What is no text at all is for its own schema to refuse. */
export const isBlank = (content: unknown): boolean =>
  typeof content === 'string' ? content.trim() === '' : content === undefined

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
export const Emoji = text(1, 64)
  .refine((emoji) => Array.from(emoji).length <= 32, 'must be at most 32 code points')
  // Programs in JavaScript that read `reactions` by key would change what their objects inherit.
  .refine((emoji) => emoji !== '__proto__', 'cannot be the key of an object')

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
  /**
   * Answers in the thread below it, deleted ones not counted. It changes with them, without a `rev` of its own: who has all
   * messages from this one on counts the answers among them.
   */
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

/** What somebody has begun to write. */
export const DraftText = z.object({ content: Content, updated_at: Timestamp })
export type DraftText = z.output<typeof DraftText>

/** A conversation as one member sees it. `muted_until`, `is_pinned`, `is_archived` and `draft` are that member's alone. */
export const Conversation = z.object({
  id: Id,
  kind: ConversationKind,
  title: z.nullable(z.string()),
  picture: z.nullable(PictureUrl),
  /** All members, in the order they joined; of more than 256 the first 20. */
  participants: z.array(Card).max(limits.small_conversation),
  member_count: z.int().min(0),
  /** Null where nothing was said since the member joined, and where the member has deleted it for themselves. */
  last_message: z.nullable(Message),
  last_seq: Seq,
  unread_count: z.int().min(0),
  read_seq: Seq,
  muted_until: z.nullable(Timestamp),
  is_pinned: z.boolean(),
  is_archived: z.boolean(),
  draft: z.nullable(DraftText),
  /** Of those that the member may see; the newest pin first. */
  pinned_message_ids: z.array(Id).max(limits.pins),
  created_at: Timestamp,
  updated_at: Timestamp,
  state: ConversationState,
})
export type Conversation = z.output<typeof Conversation>

/** What a person shares of themselves. Who shares one of these not sees nobody's either. */
export const Privacy = z.object({
  /** Read and delivery receipts. */
  receipts: z.boolean(),
  typing: z.boolean(),
  /** Whether they are online, and when they last were. */
  presence: z.boolean(),
})
export type Privacy = z.output<typeof Privacy>

export const MemberRole = z.enum(['owner', 'admin', 'member'])
export type MemberRole = z.output<typeof MemberRole>

export const Member = z.object({
  user: Card,
  role: MemberRole,
  joined_at: Timestamp,
  /** This and the next: 0 where one of the two, the reader and the member, does not share receipts. */
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

/** How far the caller has read, and what is unread to them. */
export const UnreadOutput = ReceiptOutput.omit({ delivered_seq: true })

/** What a reaction did. */
export const ReactionOutput = z.object({
  message_id: Id,
  conversation_id: Id,
  emoji: Emoji,
  action: z.enum(['added', 'removed']),
  rev: Seq,
  message: Message,
})
