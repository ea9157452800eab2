import type { Conversation, Match, Message } from '@parley/protocol'
import type { Applied } from './conversation-log.ts'
import type { Send } from './sends.ts'

/** One conversation at the end: what was sent, what each member reads from the server, what each client has shown. */
export interface ConversationHistory {
  conversation_id: number
  sends: readonly Pick<Send, 'client_id' | 'content' | 'isOnce' | 'acks'>[]
  stored: readonly (readonly Pick<Message, 'id' | 'seq' | 'rev' | 'client_id' | 'content'>[])[]
  shown: readonly (readonly Applied[])[]
}

/**
 * What is wrong with a conversation, in words; nothing when the acknowledged messages, the stored ones and those that each
 * client has shown are the same, in one order without gaps. A send without an ack may be stored once, or not.
 */
export function conversationFaults({ conversation_id, sends, stored, shown }: ConversationHistory): string[] {
  const [messages = [], ...others] = stored
  const faults = [
    ...counterFaults(messages),
    ...others.flatMap((other) => differences('what its members read', line(messages), line(other))),
    ...sendFaults(sends, messages),
    ...shown.flatMap((applied, client) => shownFaults(`client ${client + 1}`, line(messages), line(applied))),
  ]
  return faults.map((fault) => `conversation ${conversation_id}: ${fault}`)
}

type Line = Pick<Applied, 'id' | 'seq' | 'rev' | 'client_id' | 'content'>

const line = (messages: readonly Line[]): string[] =>
  messages.map(({ id, seq, rev, client_id, content }) => JSON.stringify([rev, seq, id, client_id, content]))

function counterFaults(messages: readonly Line[]): string[] {
  const broken = messages.find(({ seq, rev }, index) => seq !== index + 1 || rev !== index + 1)
  return broken ? [`seq ${broken.seq} and rev ${broken.rev} do not follow those before`] : []
}

function differences(what: string, a: readonly string[], b: readonly string[]): string[] {
  const at = a.findIndex((entry, index) => entry !== b[index])
  if (at === -1 && a.length === b.length) return []
  const index = at === -1 ? a.length : at
  return [`${what} differs at ${index}: ${a[index] ?? 'nothing'} and ${b[index] ?? 'nothing'}`]
}

function sendFaults(sends: ConversationHistory['sends'], messages: readonly Line[]): string[] {
  const byClientId = Map.groupBy(messages, ({ client_id }) => client_id)
  const known = new Set(sends.map(({ client_id }) => client_id))
  const faults = messages
    .filter(({ client_id }) => client_id === null || !known.has(client_id))
    .map(({ id }) => `message ${id} is stored, and nobody sent it`)
  for (const { client_id, content, acks, isOnce } of sends) {
    const [message, ...more] = byClientId.get(client_id) ?? []
    if (more.length > 0) faults.push(`${content} is stored ${more.length + 1} times`)
    if (!message && acks.length > 0) faults.push(`${content} is acknowledged and not stored`)
    if (!isOnce && acks.length === 0) faults.push(`${content} was never acknowledged`)
    if (message && message.content !== content) faults.push(`${content} is stored as ${message.content}`)
    const isOther = acks.some(
      ({ message_id, seq }) => message && (message_id !== message.id || seq !== message.seq),
    )
    if (isOther) faults.push(`${content} was acknowledged as another message than the stored one`)
  }
  return faults
}

function shownFaults(who: string, stored: readonly string[], shown: readonly string[]): string[] {
  const faults = differences(`what ${who} has shown`, stored, shown)
  const seen = new Set(shown)
  if (seen.size < shown.length) faults.push(`${who} has shown ${shown.length - seen.size} messages twice`)
  const missing = stored.flatMap((entry, index) => (seen.has(entry) ? [] : [index]))
  if (missing.length > 0)
    faults.push(`${who} has lost ${missing.length} messages: ${place(missing, stored.length)}`)
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
