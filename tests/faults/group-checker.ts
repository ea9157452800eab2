import type { Member, Message } from '@parley/protocol'
import { violation, type Violation } from './checker.ts'

/** Somebody who has left a group and come back to it, at the end. */
export interface WandererHistory {
  user_id: number
  /** As it was answered last. */
  isIn: boolean
  /** The group's messages, as who was in it all the time reads them. */
  stored: readonly Pick<Message, 'id' | 'seq' | 'system'>[]
  members: readonly Pick<Member, 'user'>[]
  /** What their client shows. */
  shown: readonly { id: number; seq: number }[]
}

/** What is wrong with somebody's membership: a change that was lost or made twice, something missed, something seen from outside. */
export function wandererFaults({ user_id, isIn, stored, members, shown }: WandererHistory): Violation[] {
  const faults: Violation[] = []
  const add = (kind: Violation['kind'], text: string): void =>
    void faults.push(violation(kind, `member ${user_id} ${text}`))
  const notes = stored.filter(
    ({ system }) => system?.user_ids.includes(user_id) && system.event !== 'renamed',
  )
  const twice = notes.find(({ system }, index) => system?.event !== (index % 2 === 0 ? 'left' : 'joined'))
  if (twice) add('doubled', `${twice.system?.event} twice, the second time at ${twice.seq}`)
  const last = notes.at(-1)
  const isMember = members.some(({ user }) => user.id === user_id)
  if (isMember !== isIn || (last?.system?.event !== 'left') !== isIn)
    add('lost', `${isMember ? 'is' : 'is not'} a member, and was answered the contrary`)

  const stays = staysOf(notes)
  const isOutside = (seq: number): boolean => !stays.some(({ from, to }) => seq >= from && seq < to)
  const seen = shown.filter(({ seq }) => isOutside(seq))
  if (seen.length > 0) add('other', `was shown ${seen.length} messages of while they were away`)
  const seqs = new Map(stored.map(({ id, seq }) => [id, seq]))
  const strange = shown.filter(({ id, seq }) => seqs.get(id) !== seq)
  if (strange.length > 0) add('other', `is shown ${strange.length} messages that nobody else has`)
  const present = new Set(shown.map(({ id }) => id))
  const missed = isIn ? stored.filter(({ id, seq }) => seq >= stays.at(-1)!.from && !present.has(id)) : []
  if (missed.length > 0) add('lost', `has lost ${missed.length} messages since they came back`)
  return faults
}

/** From the note of joining to before that of leaving; the first stay is from the beginning. */
function staysOf(notes: WandererHistory['stored']): { from: number; to: number }[] {
  const joined = [0, ...notes.flatMap(({ seq, system }) => (system?.event === 'joined' ? [seq] : []))]
  const left = notes.flatMap(({ seq, system }) => (system?.event === 'left' ? [seq] : []))
  return joined.map((from, index) => ({ from, to: left[index] ?? Infinity }))
}

/** What is wrong with watermarks: one is below what was acknowledged. */
export function receiptFaults(
  read: ReadonlyMap<number, number>,
  members: readonly Pick<Member, 'user' | 'read_seq'>[],
): Violation[] {
  return members.flatMap(({ user, read_seq }) => {
    const acked = read.get(user.id) ?? 0
    if (read_seq >= acked) return []
    return [violation('lost', `member ${user.id} has read up to ${read_seq}, and ${acked} was acknowledged`)]
  })
}
