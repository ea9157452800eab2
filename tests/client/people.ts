import { randomUUID } from 'node:crypto'
import type { Conversation, Match, Message, Tokens } from '@parley/protocol'
import { fetchOk } from './http.ts'
import { inParallel } from './in-parallel.ts'

/** Somebody with an account and a session. */
export interface Person {
  id: number
  username: string
  password: string
  token: string
  refreshToken: string
  /** Seconds that the token is good for. */
  expiresIn: number
}

// Each takes the server a good part of a second of one core.
const REGISTERED_AT_ONCE = 4

export async function register(gateway: string, name = 'person'): Promise<Person> {
  const username = `${name}-${randomUUID().slice(0, 13)}`
  const password = randomUUID()
  const json = { username, password, first_name: name }
  const { user, access_token, refresh_token, expires_in } = await fetchOk<Tokens>(
    `${gateway}/api/auth/register`,
    {
      method: 'POST',
      json,
      timeoutMs: 60_000,
    },
  )
  return {
    ...{ id: user.id, username, password },
    ...{ token: access_token, refreshToken: refresh_token, expiresIn: expires_in },
  }
}

/** The same person in another session, with the role of now. */
export async function logInAgain(gateway: string, person: Person): Promise<Person> {
  const json = { identifier: person.username, password: person.password }
  const { access_token, refresh_token } = await fetchOk<Tokens>(`${gateway}/api/auth/login`, {
    method: 'POST',
    json,
  })
  return { ...person, token: access_token, refreshToken: refresh_token }
}

export function registerMany(gateways: readonly string[], count: number): Promise<Person[]> {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return inParallel(REGISTERED_AT_ONCE, numbers, (number) =>
    register(gateways[number % gateways.length] as string, `p${number}`),
  )
}

export type Liked = { status: 'liked' } | { status: 'matched'; match: Match }

export const like = (gateway: string, { token }: Person, about: Person): Promise<Liked> =>
  fetchOk<Liked>(`${gateway}/api/matching/like`, { method: 'POST', token, json: { user_id: about.id } })

/** Two people who like each other; gives their match as the second one sees it. */
export async function match(gateway: string, ada: Person, ben: Person): Promise<Match> {
  await like(gateway, ada, ben)
  const liked = await like(gateway, ben, ada)
  if (liked.status !== 'matched') throw new Error('a mutual like made no match')
  return liked.match
}

export interface Draft {
  conversation_id: number
  content: string
  client_id: string
}

export function sendOverHttp(gateway: string, { token }: Person, draft: Draft): Promise<Message> {
  const { conversation_id, ...json } = draft
  const url = `${gateway}/api/conversations/${conversation_id}/messages`
  return fetchOk<Message>(url, { method: 'POST', token, json })
}

interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** All items of a list, page by page. */
async function listAll<T>(url: string, { token }: Person): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null = null; ;) {
    const query = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) })
    const page: Page<T> = await fetchOk<Page<T>>(`${url}?${query.toString()}`, { token })
    items.push(...page.items)
    if (page.next_cursor === null) return items
    cursor = page.next_cursor
  }
}

export const listMatches = (gateway: string, person: Person): Promise<Match[]> =>
  listAll<Match>(`${gateway}/api/matching/matches`, person)
export const listConversations = (gateway: string, person: Person): Promise<Conversation[]> =>
  listAll<Conversation>(`${gateway}/api/conversations`, person)

/** A conversation's whole history, in order of `seq`. */
export const listMessages = (gateway: string, { token }: Person, id: number): Promise<Message[]> =>
  listMessagesWith(gateway, async () => token, id)

/** As `listMessages`, for longer than a token lasts. */
export async function listMessagesWith(
  gateway: string,
  token: () => Promise<string>,
  id: number,
): Promise<Message[]> {
  const items: Message[] = []
  for (;;) {
    const after = items.at(-1)?.seq ?? 0
    const url = `${gateway}/api/conversations/${id}/messages?after_seq=${after}&limit=200`
    const page = await fetchOk<Page<Message>>(url, { token: await token() })
    if (page.items.length === 0) return items
    items.push(...page.items)
  }
}
