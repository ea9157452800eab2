import type { System } from '@parley/local-stack'

export interface Pair {
  conversationId: number
  tokens: [string, string]
}

const AT_ONCE = 16
const MOST_ATTEMPTS = 20

/** Registers two people a pair and opens their conversation, through the public API. */
export async function createPairs(system: Pick<System, 'gateways'>, count: number): Promise<Pair[]> {
  const url = system.gateways[0] as string
  const pairs: Pair[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) pairs[i] = await createPair(url, i)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return pairs
}

async function createPair(url: string, i: number): Promise<Pair> {
  const register = (side: string) =>
    post(url, '/api/auth/register', { username: `bench-${i}-${side}`, password: `only for a bench ${i}` })
  const a = await register('a')
  const b = await register('b')
  const conversation = await post(
    url,
    '/api/conversations',
    { kind: 'direct', user_id: (b['user'] as { id: number }).id },
    a['access_token'] as string,
  )
  return {
    conversationId: conversation['id'] as number,
    tokens: [a['access_token'] as string, b['access_token'] as string],
  }
}

async function post(
  url: string,
  path: string,
  body: unknown,
  token?: string,
): Promise<Record<string, unknown>> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (response.ok) return answer
    const isTemporary = response.status === 429 || response.status === 503
    if (!isTemporary || attempt === MOST_ATTEMPTS) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, Number(answer['retry_after_ms'] ?? 250)))
  }
}
