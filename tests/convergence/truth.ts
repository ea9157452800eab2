import type { Conversation, Member, Message } from '@parley/protocol'
import { call, fetchOk } from '../client/http.ts'
import { listMessages, type Person } from '../client/people.ts'
import type { Sight } from './device.ts'

/** What Postgres has of a conversation, as one person may see it. */
export async function readTruth(gateway: string, person: Person, room: number): Promise<Sight> {
  const { token } = person
  const url = `${gateway}/api/conversations/${room}`
  const { status, body: view } = await call<Conversation>(url, { token })
  if (status === 404) return { view: null, messages: [], members: [] }
  const { items } = await fetchOk<{ items: Member[] }>(`${url}/members`, { token })
  return { view, messages: withCounts(await listMessages(gateway, person, room)), members: items }
}

/** Clients count the answers that they show: what somebody has deleted for themselves counts for the others only. */
const withCounts = (messages: readonly Message[]): Message[] =>
  messages.map((message) => ({
    ...message,
    reply_count: messages.filter((other) => other.parent_message_id === message.id && !other.is_deleted)
      .length,
  }))

/** Has the messages counted one by one, which must say the same. */
export async function checkUnread(gateway: string, { token }: Person, room: number): Promise<void> {
  const url = `${gateway}/api/conversations/${room}/recount`
  const { status, body } = await call<{ was: number; unread_count: number }>(url, { method: 'POST', token })
  if (status === 404) return
  if (status !== 200) throw new Error(`a recount was answered with ${status}: ${JSON.stringify(body)}`)
  if (body.was !== body.unread_count)
    throw new Error(`${body.unread_count} messages are unread, and ${body.was} were said to be`)
}
