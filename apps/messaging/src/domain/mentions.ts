import { limits } from '@parley/protocol'
import type { MemberRecord } from './conversation.ts'

const MENTION = /(?<![\w@.-])@([a-z0-9_.-]{3,32})/gi

/** The members whom a text names by `@username`, each once. A full stop after a name ends the sentence, not the name. */
export function findMentions(content: string, members: Iterable<MemberRecord>): number[] {
  if (!content.includes('@')) return []
  const idByName = new Map([...members].map(({ user }) => [user.username, user.id]))
  const found = new Set<number>()
  for (const [, name = ''] of content.matchAll(MENTION)) {
    const id = idByName.get(name.toLowerCase()) ?? idByName.get(name.toLowerCase().replace(/[.-]+$/, ''))
    if (id !== undefined) found.add(id)
  }
  return [...found].slice(0, limits.mentions)
}
