import type { Message, Quote, SystemNote } from '@parley/protocol'
import type { ColumnType, Generated } from 'kysely'

type Attachment = Message['attachments'][number]

/** Read as Date, written as Date or RFC 3339 text. */
type Time = ColumnType<Date, Date | string, Date | string>

export interface Tables {
  store: { only_one: Generated<boolean>; epoch: string; lanes: number }
  lane: {
    lane: number
    pos: Generated<number>
    published_pos: Generated<number>
    next_id: Generated<number>
    owner_epoch: Generated<number>
  }
  user_card: {
    user_id: number
    username: string
    first_name: string
    last_name: string
    profile_picture: string | null
  }
  conversation: {
    id: number
    kind: 'direct' | 'group' | 'support'
    state: 'open' | 'closed'
    title: string | null
    low_user_id: number | null
    high_user_id: number | null
    created_by: number | null
    client_id: string | null
    match_id: number | null
    match_generation: number | null
    match_created_at: ColumnType<Date | null, Date | string | null, Date | string | null>
    match_pos: Generated<number>
    last_seq: Generated<number>
    last_rev: Generated<number>
    text_count: Generated<number>
    pos: number
    meta_pos: number
    opened_pos: number
    created_at: Time
    updated_at: Time
  }
  member: {
    conversation_id: number
    user_id: number
    role: 'owner' | 'admin' | 'member'
    joined_at: Time
    read_seq: Generated<number>
    delivered_seq: Generated<number>
    read_texts: Generated<number>
    unread_extra: Generated<number>
    joined_seq: Generated<number>
    left_pos: number | null
    read_pos: Generated<number>
    delivered_pos: Generated<number>
  }
  message: {
    conversation_id: number
    seq: number
    id: number
    rev: number
    pos: number
    sender_id: number
    client_id: string | null
    kind: 'text' | 'system'
    text_no: number
    content: string
    parent_id: number | null
    reply_count: Generated<number>
    /** Absent for none, so that a plain message costs nothing. */
    attachments: Attachment[] | null
    reactions: Record<string, number[]> | null
    mentions: number[] | null
    quote: Quote | null
    system: SystemNote | null
    forwarded_from: number | null
    created_at: Time
    edited_at: ColumnType<Date | null, Date | string | null, Date | string | null>
    deleted_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  }
  block: { blocker_id: number; blocked_id: number }
  message_edit: { message_id: number; rev: number; content: string; replaced_at: Time }
  hidden_message: { user_id: number; message_id: number }
  outbox: { lane: number; pos: number; payload: string; created_at: Generated<Date> }
}
