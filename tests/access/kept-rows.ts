import { randomUUID } from 'node:crypto'
import type { Rows } from './rows.ts'
import { membersOnly, signedIn } from './viewers.ts'

const MISSING = 'message_not_found'
const seen = membersOnly(MISSING)
const managed = membersOnly(MISSING, { blocked: 'forbidden', member: 'forbidden' })

/** Messages that are pinned, saved, passed on, or looked at for who has read them. */
export const keptRows: Rows = {
  'messaging.pin_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: managed,
  },
  'messaging.unpin_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: managed,
  },
  'messaging.list_pins': {
    ask: async ({ conversation }) => ({ conversation_id: await conversation() }),
    outcomes: membersOnly('conversation_not_found'),
  },
  'messaging.save_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: seen,
  },
  'messaging.unsave_message': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: signedIn(),
  },
  'messaging.list_saved': { ask: () => ({}), outcomes: signedIn() },
  'messaging.forward_message': {
    ask: async ({ message, bystander }) => ({
      message_id: await message(),
      receiver_id: bystander,
      client_id: randomUUID(),
    }),
    outcomes: seen,
  },
  'messaging.list_readers': {
    ask: async ({ message }) => ({ message_id: await message() }),
    outcomes: seen,
  },
}
