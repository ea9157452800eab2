import { randomUUID } from 'node:crypto'
import type { Rows } from './rows.ts'
import { membersOnly, signedIn } from './viewers.ts'

const MISSING = 'conversation_not_found'
const seen = membersOnly(MISSING)
const managed = membersOnly(MISSING, { blocked: 'forbidden', member: 'forbidden' })
const byOwner = membersOnly(MISSING, { blocked: 'forbidden', member: 'forbidden', group_admin: 'forbidden' })

export const conversationRows: Rows = {
  'messaging.get_privacy': { ask: () => ({}), outcomes: signedIn() },
  'messaging.set_privacy': { ask: () => ({ typing: true }), outcomes: signedIn() },
  'messaging.list_conversations': { ask: () => ({}), outcomes: signedIn() },
  'messaging.open_conversation': {
    ask: ({ user }) => ({ kind: 'direct', user_id: user }),
    outcomes: signedIn('ok', { blocked: 'forbidden', owner: 'invalid' }),
  },
  'messaging.get_conversation': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
  },
  'messaging.update_conversation': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation(), title: 'renamed' }),
    outcomes: managed,
  },
  'messaging.close_conversation': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: byOwner,
  },
  'messaging.list_members': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
  },
  'messaging.add_members': {
    ask: async ({ conversation, bystander }) => ({
      conversation_id: await conversation(),
      user_ids: [bystander],
    }),
    outcomes: managed,
  },
  'messaging.set_member_role': {
    ask: async ({ conversation, member }) => ({
      conversation_id: await conversation(),
      user_id: member,
      role: 'admin',
    }),
    outcomes: byOwner,
  },
  'messaging.remove_member': {
    ask: async ({ conversation, member }) => ({ conversation_id: await conversation(), user_id: member }),
    outcomes: membersOnly(MISSING, { blocked: 'forbidden' }),
  },
  'messaging.list_messages': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: seen,
  },
  'messaging.send_message': {
    ask: async ({ conversation }) => ({
      conversation_id: await conversation(),
      content: 'hello',
      client_id: randomUUID(),
    }),
    outcomes: membersOnly(MISSING, { blocked: 'forbidden' }),
  },
  'messaging.mark_read': {
    ask: async ({ conversation, message }) => ({
      conversation_id: await conversation(),
      message_id: await message(),
    }),
    outcomes: seen,
  },
  'messaging.mark_delivered': {
    ask: async ({ conversation, message }) => ({
      conversation_id: await conversation(),
      message_id: await message(),
    }),
    outcomes: seen,
  },
}
