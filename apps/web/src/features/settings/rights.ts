import type { Conversation, Member } from '@parley/client'

type Role = Member['role']

export interface Standing {
  /** One's own. */
  role: Role | undefined
  conversation: Pick<Conversation, 'kind'>
}

/** What the server lets one do about another member of that role; it decides, this only says what is offered. */
export function rightsOver(other: Role, { role, conversation: { kind } }: Standing) {
  const isGroup = kind === 'group' || kind === 'broadcast'
  const isOwner = isGroup && role === 'owner'
  return {
    mayPromote: isOwner && other === 'member',
    mayDemote: isOwner && other === 'admin',
    mayTransfer: isOwner && other !== 'owner',
    mayRemove: isGroup && other !== 'owner' && (role === 'owner' || (role === 'admin' && other === 'member')),
  }
}
