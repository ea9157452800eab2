import type { Rows } from './rows.ts'
import { membersOnly } from './viewers.ts'

const seen = membersOnly('conversation_not_found')

/** What is between a person and a conversation of theirs. */
export const personalRows: Rows = {
  'messaging.mark_unread': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
  },
  'messaging.recount_unread': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
  },
  'messaging.put_draft': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation(), content: 'dear' }),
    outcomes: seen,
  },
}
