import { limits } from '@parley/protocol'
import { memberIds } from './audience.ts'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import { memberFor } from './member.ts'

const MENTION = /(?<![\w@.-])@([a-z0-9_.-]{3,32})/gi

/** The members whom a text names by `@username`, each once. A full stop after a name ends the sentence, not the name. */
export function findMentions(content: string, conversation: ConversationRecord): number[] {
  if (!content.includes('@')) return []
  const idByName = idsByUsername(conversation)
  const found = new Set<number>()
  for (const [, name = ''] of content.matchAll(MENTION)) {
    const id = idByName.get(name.toLowerCase()) ?? idByName.get(name.toLowerCase().replace(/[.-]+$/, ''))
    if (id !== undefined) found.add(id)
  }
  return [...found].slice(0, limits.mentions)
}

function idsByUsername(conversation: ConversationRecord): ReadonlyMap<string, number> {
  const { derived, members, support } = conversation
  // Who is staff changes without the conversation.
  if (support) return byUsername(memberIds(conversation).flatMap((id) => memberFor(conversation, id) ?? []))
  return (derived.idByUsername ??= byUsername(members.values()))
}

const byUsername = (members: Iterable<MemberRecord>): ReadonlyMap<string, number> =>
  new Map(Array.from(members, ({ user }) => [user.username, user.id]))
