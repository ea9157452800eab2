import type { Conversation } from '@parley/client'

/** The person has the last word in a conversation that is open. */
export const isWaiting = ({ last_message, participants, state }: Conversation): boolean =>
  state === 'open' && last_message?.sender.id === participants[0]?.id

const saidAt = ({ last_message, created_at }: Conversation): string => last_message?.created_at ?? created_at

/** Those in which somebody waits for an answer, longest first. */
export const waitingOf = (conversations: readonly Conversation[]): Conversation[] =>
  conversations.filter(isWaiting).sort((a, b) => saidAt(a).localeCompare(saidAt(b)))
