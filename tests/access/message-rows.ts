import type { Rows } from './rows.ts'
import { membersOnly } from './viewers.ts'

const MISSING = 'message_not_found'
const seen = membersOnly(MISSING)
const byAuthor = membersOnly(MISSING, { blocked: 'forbidden', member: 'forbidden', group_admin: 'forbidden' })

export const messageRows: Rows = {
  'messaging.get_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: seen,
  },
  'messaging.edit_message': {
    ask: async ({ message }) => ({ message_id: await message(), content: 'other words' }),
    outcomes: byAuthor,
  },
  'messaging.delete_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: membersOnly(MISSING, { blocked: 'forbidden', member: 'forbidden' }),
  },
  'messaging.add_reaction': {
    ask: async ({ message }) => ({ message_id: await message(), emoji: '👍' }),
    outcomes: membersOnly(MISSING, { blocked: 'forbidden' }),
  },
  'messaging.remove_reaction': {
    ask: async ({ message }) => ({ message_id: await message(), emoji: '👍' }),
    outcomes: seen,
  },
  'messaging.get_thread': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: seen,
  },
  'messaging.list_edits': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: seen,
  },
}
