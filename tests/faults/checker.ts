import type { Conversation, Match } from '@parley/protocol'
import type { Shown } from './conversation-log.ts'
import type { Send } from './sends.ts'

/** One conversation at the end: what was sent, what each member reads from the server, what each client shows. */
export interface ConversationHistory {
  conversation_id: number
  sends: readonly Pick<Send, 'client_id' | 'content' | 'isOnce' | 'acks' | 'change'>[]
  /** In order of `seq`. */
  stored: readonly (readonly Shown[])[]
  shown: readonly (readonly Shown[])[]
}

/** A broken promise. Swapped: in another order, or with a gap. */
export interface Violation {
  kind: 'lost' | 'doubled' | 'swapped' | 'other'
  text: string
}

export const violation = (kind: Violation['kind'], text: string): Violation => ({ kind, text })

/**
 * What is wrong with a conversation; nothing when the acknowledged messages and changes, the stored ones and
 * those that each client shows are the same, in one order without gaps. A send without an ack may be stored once, or not.
 */
export function conversationFaults({
  conversation_id,
  sends,
  stored,
  shown,
}: ConversationHistory): Violation[] {
  const [messages = [], ...others] = stored
  const faults = [
    ...counterFaults(messages),
    ...others.flatMap((other) => differences('what its members read', lines(messages), lines(other))),
    ...sendFaults(sends, messages),
    ...shown.flatMap((own, client) => shownFaults(`client ${client + 1}`, messages, own)),
  ]
  return faults.map(({ kind, text }) => violation(kind, `conversation ${conversation_id}: ${text}`))
}

const lines = (messages: readonly Shown[]): string[] =>
  messages.map(({ id, seq, rev, client_id, kind, content, is_edited, is_deleted, reactions }) =>
    JSON.stringify([seq, rev, id, client_id, kind, content, is_edited, is_deleted, reactions]),
  )

function counterFaults(messages: readonly Shown[]): Violation[] {
  const broken = messages.find(({ seq }, index) => seq !== index + 1)
  const revs = new Set(messages.map(({ rev }) => rev))
  return [
    ...(broken ? [violation('swapped', `seq ${broken.seq} does not follow those before`)] : []),
    ...(revs.size < messages.length ? [violation('other', 'some changes share a rev')] : []),
  ]
}

function differences(what: string, a: readonly string[], b: readonly string[]): Violation[] {
  const at = a.findIndex((entry, index) => entry !== b[index])
  if (at === -1 && a.length === b.length) return []
  const index = at === -1 ? a.length : at
  return [
    violation(
      'swapped',
      `${what} differs at ${index}: ${a[index] ?? 'nothing'} and ${b[index] ?? 'nothing'}`,
    ),
  ]
}

function sendFaults(sends: ConversationHistory['sends'], messages: readonly Shown[]): Violation[] {
  const byClientId = Map.groupBy(messages, ({ client_id }) => client_id)
  const known = new Set(sends.map(({ client_id }) => client_id))
  const faults = messages
    .filter(({ kind, client_id }) => kind === 'text' && (client_id === null || !known.has(client_id)))
    .map(({ id }) => violation('other', `message ${id} is stored, and nobody sent it`))
  for (const send of sends) {
    const { client_id, content, acks, isOnce } = send
    const [message, ...more] = byClientId.get(client_id) ?? []
    if (more.length > 0) faults.push(violation('doubled', `${content} is stored ${more.length + 1} times`))
    if (!message && acks.length > 0)
      faults.push(violation('lost', `${content} is acknowledged and not stored`))
    if (!isOnce && acks.length === 0) faults.push(violation('other', `${content} was never acknowledged`))
    if (!message) continue
    const isOther = acks.some(({ message_id, seq }) => message_id !== message.id || seq !== message.seq)
    if (isOther)
      faults.push(violation('other', `${content} was acknowledged as another message than the stored one`))
    if (!isAsChanged(send, message))
      faults.push(violation('lost', `${content} is stored as ${lines([message])[0]}`))
  }
  return faults
}

/** Whether a message is what was sent, with the one change that was made to it since. */
function isAsChanged({ content, change }: Pick<Send, 'content' | 'change'>, message: Shown): boolean {
  const reactions = Object.entries(message.reactions).map(([emoji, by]) => `${emoji} ${by.join()}`)
  const found = [message.content, message.is_edited, message.is_deleted, reactions.join()]
  const unchanged = [content, false, false, '']
  const changed = {
    none: unchanged,
    edit: [change?.content, true, false, ''],
    delete: ['', false, true, ''],
    react: [content, false, false, `${change?.emoji} ${change?.by}`],
  }[change?.kind ?? 'none']
  const allowed = change && !change.isAcked ? [unchanged, changed] : [changed]
  return allowed.some((one) => JSON.stringify(one) === JSON.stringify(found))
}

function shownFaults(who: string, messages: readonly Shown[], own: readonly Shown[]): Violation[] {
  const faults = differences(`what ${who} shows`, lines(messages), lines(own))
  const seen = new Set(own.map(({ id }) => id))
  if (seen.size < own.length)
    faults.push(violation('doubled', `${who} shows ${own.length - seen.size} messages twice`))
  const missing = messages.flatMap(({ id }, index) => (seen.has(id) ? [] : [index]))
  if (missing.length > 0)
    faults.push(
      violation('lost', `${who} has lost ${missing.length} messages: ${place(missing, messages.length)}`),
    )
  return faults
}

/** Where the lost ones are. The middle is the worst: nothing that comes later would reveal it. */
function place(missing: readonly number[], count: number): string {
  const isLost = new Set(missing)
  const prefix = missing.filter((index, n) => index === n).length
  let postfix = 0
  while (isLost.has(count - 1 - postfix)) postfix++
  if (prefix === missing.length) return 'at the beginning'
  return postfix === missing.length ? 'at the end' : 'in the middle'
}

/** A pair that liked each other, and the two lists of each at the end. */
export interface MatchHistory {
  people: readonly [number, number]
  matches: readonly (readonly Match[])[]
  conversations: readonly (readonly Conversation[])[]
  /** Conversations by match, as each was told. */
  told: readonly ReadonlyMap<number, number>[]
}

/** What is wrong with a pair: half a match, two conversations, or one that was not told. */
export function matchFaults({ people, matches, conversations, told }: MatchHistory): string[] {
  const faults: string[] = []
  const found = people.map((_, side) => {
    const other = people[1 - side]
    const own = (matches[side] ?? []).filter(({ user }) => user.id === other)
    const opened = (conversations[side] ?? []).filter(({ participants }) =>
      participants.some(({ id }) => id === other),
    )
    if (own.length !== 1) faults.push(`${own.length} matches on one side`)
    if (opened.length !== 1) faults.push(`${opened.length} conversations on one side`)
    const [match] = own
    if (match && match.conversation_id !== opened[0]?.id)
      faults.push('a match that leads to another conversation')
    if (match && told[side]?.get(match.id) !== match.conversation_id)
      faults.push('a match that one side was not told')
    return match?.id
  })
  if (found[0] !== found[1]) faults.push('a match that differs between its sides')
  return faults.map((fault) => `${people.join(' and ')}: ${fault}`)
}
