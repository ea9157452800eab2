import type { Conversation, Message } from '../wire.ts'

/** So much of the list is kept, and so much of each open conversation. */
const CONVERSATIONS = 50
const OPEN = 5
const MESSAGES = 50
/** Larger ones are left to the server: their cards alone would outweigh all the rest. */
const PARTICIPANTS = 50

/** What is shown at once after a reload, also without a connection. */
export interface Snapshot {
  conversations: readonly Conversation[]
  /** The newest messages of conversations that were open. */
  open: readonly { id: number; messages: readonly Message[] }[]
}

export const snapshotOf = ({ conversations, open }: Snapshot): Snapshot => ({
  conversations: conversations
    .filter(({ participants }) => participants.length <= PARTICIPANTS)
    .slice(0, CONVERSATIONS),
  open: open.slice(-OPEN).map(({ id, messages }) => ({ id, messages: messages.slice(-MESSAGES) })),
})
