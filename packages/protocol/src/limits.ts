/** Bounds that clients see. Change one here and schemas, SDK, docs and tests follow. */
export const limits = {
  frame_bytes: 65_536,
  content_chars: 4_000,
  password_chars: { min: 8, max: 128 },
  username_chars: { min: 3, max: 32 },
  name_chars: 64,
  bio_chars: 500,
  interests: 20,
  page: { default: 50, max: 200 },
  page_bytes: 1_000_000,
  ref_chars: 64,
  watch: 100,
  sockets_per_user: 10,
  attachments: 10,
  url_chars: 2_048,
  replayed_changes: 500,
  json_depth: 32,
} as const
