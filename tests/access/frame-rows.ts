import { randomUUID } from 'node:crypto'
import type { Rows } from './rows.ts'
import { membersOnly, signedIn } from './viewers.ts'

const NO_CONVERSATION = 'conversation_not_found'
const NO_MESSAGE = 'message_not_found'
const seen = membersOnly(NO_CONVERSATION)
const byAuthor = membersOnly(NO_MESSAGE, {
  blocked: 'forbidden',
  member: 'forbidden',
  group_admin: 'forbidden',
})

/** By the type of the frame. */
export const frameRows: Rows = {
  authenticate: {
    ask: ({ self }) => ({ token: self?.token ?? 'none' }),
    outcomes: signedIn(),
  },
  hello: { ask: () => ({}), outcomes: signedIn(), answered: 'welcome' },
  ping: { ask: () => ({}), outcomes: signedIn() },
  sync: { ask: () => ({}), outcomes: signedIn(), answered: 'caught_up' },
  presence: { ask: () => ({ status: 'away' }), outcomes: signedIn() },
  watch: { ask: ({ user, member }) => ({ user_ids: [user, member] }), outcomes: signedIn() },
  subscribe: { ask: () => ({ subscription_type: 'matches' }), outcomes: signedIn() },
  unsubscribe: { ask: () => ({ subscription_type: 'matches' }), outcomes: signedIn() },
  pull: {
    ask: async ({ conversation }) => ({ conversation_id: await conversation(), after_rev: 0 }),
    outcomes: seen,
  },
  attach: {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
    afterHello: true,
  },
  // Takes back what one has said oneself: of what it was not said of, nothing is learnt.
  detach: {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: signedIn(),
  },
  request: {
    ask: async ({ conversation }) => ({
      method: 'messaging.get_conversation',
      params: { conversation_id: await conversation() },
    }),
    outcomes: seen,
  },
  chat_message: {
    ask: async ({ conversation }) => ({
      conversation_id: await conversation(),
      content: 'hello',
      client_id: randomUUID(),
    }),
    outcomes: membersOnly(NO_CONVERSATION, { blocked: 'forbidden' }),
  },
  message_edit: {
    ask: async ({ message }) => ({ message_id: await message(), content: 'other words' }),
    outcomes: byAuthor,
  },
  message_delete: {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: membersOnly(NO_MESSAGE, { blocked: 'forbidden', member: 'forbidden' }),
  },
  message_reaction: {
    ask: async ({ message }) => ({ message_id: await message(), emoji: '👍' }),
    outcomes: membersOnly(NO_MESSAGE, { blocked: 'forbidden' }),
  },
  read_receipt: {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: membersOnly(NO_MESSAGE),
  },
  delivery_receipt: {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: membersOnly(NO_MESSAGE),
  },
  typing_indicator: {
    ask: async ({ conversation }) => ({ conversation_id: await conversation(), is_typing: true }),
    outcomes: seen,
  },
}
