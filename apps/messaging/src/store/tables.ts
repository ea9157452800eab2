import type {
  ConversationKind,
  DraftText,
  Message,
  NotificationPreferences,
  QuietHours,
  Quote,
  Role,
  SystemNote,
} from '@parley/protocol'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

type Attachment = Message['attachments'][number]

/** Read as Date, written as Date or RFC 3339 text. */
type Time = ColumnType<Date, Date | string, Date | string>

interface Pin {
  id: number
  seq: number
}

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
    version: Generated<number>
    known_at: Generated<Date>
  }
  support_conversation: {
    conversation_id: number
    shard: number
    user_id: number
    is_open: boolean
    updated_at: Time
    pos: number
  }
  staff: { user_id: number; role: Role; version: number; since: number }
  conversation: {
    id: number
    kind: ConversationKind
    state: 'open' | 'closed'
    title: string | null
    picture: string | null
    member_count: number
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
    pins: ColumnType<Pin[], string | undefined, string>
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
    unread_from: Generated<number>
    muted_until: ColumnType<Date | null, Date | string | null, Date | string | null>
    is_pinned: Generated<boolean>
    is_archived: Generated<boolean>
    draft: DraftText | null
    joined_seq: Generated<number>
    left_pos: number | null
    read_pos: Generated<number>
    delivered_pos: Generated<number>
    own_pos: Generated<number>
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
  last_seen: { user_id: number; seen_at: Time }
  privacy: { user_id: number; receipts: boolean; typing: boolean; presence: boolean }
  block: { blocker_id: number; blocked_id: number }
  block_version: { blocker_id: number; blocked_id: number; version: number }
  message_edit: { message_id: number; rev: number; content: string; replaced_at: Time }
  hidden_message: { user_id: number; conversation_id: number; message_id: number; pos: number }
  saved_message: { user_id: number; message_id: number; saved_no: GeneratedAlways<number> }
  notification: {
    id: number
    user_id: number
    notification_type: string
    title: string
    message: string
    data: Record<string, unknown> | null
    message_id: number | null
    job_id: number | null
    is_silent: boolean
    pos: number
    created_at: Time
    read_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  }
  notification_job: {
    id: Generated<number>
    created_by: number
    client_id: string | null
    title: string
    message: string
    notification_type: string
    /** Written as JSON text, as the next. */
    data: ColumnType<Record<string, unknown> | null, string | null, string | null>
    user_ids: ColumnType<number[] | null, string | null, string | null>
    role: Role | null
    after_user_id: Generated<number>
    is_late: Generated<boolean>
    created_at: Generated<Date>
    due_at: Generated<Date>
    notified: Generated<number | null>
    done_at: Generated<Date | null>
  }
  notification_preference: {
    user_id: number
    /** Written as JSON text. */
    types: ColumnType<NotificationPreferences['types'], string, string>
    quiet_hours: ColumnType<QuietHours | null, string | null, string | null>
  }
  outbox: { lane: number; pos: number; payload: string; created_at: Generated<Date> }
}
