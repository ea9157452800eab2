import type { Member } from '@parley/client'
import { nameOf } from '../../people.ts'

// As messages are read: what stands before the `@` must not belong to a word or an address.
const BEGUN = /(?<![\w@.-])@([a-z0-9_.-]{0,32})$/i

/** A name that is being written, from its `@` on. */
export interface BegunMention {
  start: number
  prefix: string
}

/** The mention that the caret stands at the end of. */
export function mentionAt(text: string, caret: number): BegunMention | undefined {
  const found = BEGUN.exec(text.slice(0, caret))
  return found ? { start: found.index, prefix: (found[1] ?? '').toLowerCase() } : undefined
}

/** Members whom a beginning of a name may mean, usernames first. None where it is the whole of the only one. */
export function membersLike(members: readonly Member[], prefix: string, meId: number): Member[] {
  const others = members.filter(({ user }) => user.id !== meId)
  const byUsername = others.filter(({ user }) => user.username.startsWith(prefix))
  const byName = others.filter(
    (member) =>
      !byUsername.includes(member) &&
      nameOf(member.user)
        .toLowerCase()
        .split(' ')
        .some((word) => word.startsWith(prefix)),
  )
  const found = [...byUsername, ...byName]
  return found.length === 1 && found[0]?.user.username === prefix ? [] : found
}
