/** Bounds that clients see. Change one here and schemas, SDK, docs and tests follow. */
export const limits = {
  frame_bytes: 65_536,
  content_chars: 4_000,
  password_chars: { min: 8, max: 128 },
  username_chars: { min: 3, max: 32 },
  name_chars: 64,
  bio_chars: 500,
  interests: 20,
  report_detail_chars: 1_000,
  page: { default: 50, max: 200 },
  page_bytes: 1_000_000,
  ref_chars: 64,
  watch: 100,
  contacts: 1_000,
  presence_report: 1_000,
  sockets_per_user: 10,
  attachments: 10,
  mentions: 50,
  reactions: { emojis: 20, users: 1_000 },
  pins: 50,
  members_at_once: 100,
  /** Up to so many members, every frame goes to each of them; above, to those who attach. */
  small_conversation: 256,
  members: 10_000,
  /** Of a conversation with more than `small_conversation` members, those who joined first. */
  shown_participants: 20,
  /** Above so many members nobody is told who types. */
  typing_members: 100,
  /** Conversations that one socket may be attached to. */
  attached: 3,
  title_chars: 100,
  url_chars: 2_048,
  replayed_changes: 500,
  /** Of the conversations with the latest activity, those in which newer messages are looked for. */
  newer_conversations: 100,
  staff_page: 1_000,
  notification: {
    title_chars: 100,
    message_chars: 1_000,
    type_chars: 32,
    types: 50,
    data_chars: 2_048,
    user_ids: 1_000,
    replayed: 100,
    counted: 1_000,
  },
  json_depth: 32,
} as const
