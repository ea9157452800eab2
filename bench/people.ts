import type { System } from '@parley/local-stack'

export interface Person {
  id: number
  token: string
}

export interface Pair {
  conversationId: number
  tokens: [string, string]
  /** Whether its sockets attach to the conversation: to a large one they must. */
  isAttached?: boolean
}

const AT_ONCE = 16
const MOST_ATTEMPTS = 20
const MEMBERS_AT_ONCE = 100

/** Runs a task for each number from 0, some at a time; results by number. */
export async function each<T>(
  count: number,
  task: (i: number) => Promise<T>,
  atOnce = AT_ONCE,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await task(i)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** Registers two people a pair and opens their conversation, through the public API. */
export function createPairs({ gateways }: Pick<System, 'gateways'>, count: number): Promise<Pair[]> {
  const url = gateways[0] as string
  return each(count, async (i) => {
    const a = await register(url, `bench-${i}-a`)
    const b = await register(url, `bench-${i}-b`)
    const conversation = await post(
      url,
      '/api/conversations',
      () => ({ kind: 'direct', user_id: b.id }),
      a.token,
    )
    return { conversationId: conversation['id'] as number, tokens: [a.token, b.token] }
  })
}

export const createPeople = ({ gateways }: Pick<System, 'gateways'>, count: number): Promise<Person[]> =>
  each(count, (i) => register(gateways[0] as string, `bench-${i}`))

/** A group of all these people, made by the first; its id. */
export async function createGroup(
  { gateways }: Pick<System, 'gateways'>,
  [owner, ...others]: readonly Person[],
): Promise<number> {
  const url = gateways[0] as string
  const token = owner?.token
  const ids = others.map(({ id }) => id)
  const user_ids = ids.slice(0, MEMBERS_AT_ONCE)
  const { id } = await post(
    url,
    '/api/conversations',
    () => ({ kind: 'group', title: 'Room', user_ids }),
    token,
  )
  for (let at = MEMBERS_AT_ONCE; at < ids.length; at += MEMBERS_AT_ONCE) {
    const more = { user_ids: ids.slice(at, at + MEMBERS_AT_ONCE) }
    await post(url, `/api/conversations/${String(id)}/members`, () => more, token)
  }
  return id as number
}

/** Whoever gets no answer in time may be registered: the next attempt has another name. */
async function register(url: string, name: string): Promise<Person> {
  let attempt = 0
  const body = () => ({ username: `${name}-${attempt++}`, password: `only for a bench ${name}` })
  const answer = await post(url, '/api/auth/register', body)
  return { id: (answer['user'] as { id: number }).id, token: answer['access_token'] as string }
}

async function post(
  url: string,
  path: string,
  body: () => unknown,
  token?: string,
): Promise<Record<string, unknown>> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body()),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (response.ok) return answer
    const isTemporary = [429, 503, 504].includes(response.status)
    if (!isTemporary || attempt === MOST_ATTEMPTS) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, Number(answer['retry_after_ms'] ?? 250)))
  }
}
