import type { Conversation } from '@parley/protocol'
import { fetchOk } from '../client/http.ts'
import { match, registerMany, sendOverHttp, type Person } from '../client/people.ts'
import { PEOPLE } from './steps.ts'
import type { Known } from './values.ts'

/** The people who do what is tried, and what there is between them. */
export interface Cast {
  readonly ids: Known
  /** Puts others in their places. */
  renew(): Promise<void>
  /** Empty for nobody. */
  tokenOf(who: number): string
}

export async function createCast(gateways: readonly string[]): Promise<Cast> {
  let present = await gather(gateways)
  const strangers = ['', 'no.token.atall']
  return {
    get ids() {
      return present.ids
    },
    renew: async () => void (present = await gather(gateways)),
    tokenOf: (who) => present.tokens[who] ?? strangers[who - PEOPLE] ?? '',
  }
}

async function gather(gateways: readonly string[]): Promise<{ ids: Known; tokens: string[] }> {
  const [gateway = ''] = gateways
  const people = await registerMany(gateways, PEOPLE)
  const [ada, ben, cleo, ...others] = people as [Person, Person, Person, ...Person[]]
  const made = await match(gateway, ada, ben)
  const json = {
    kind: 'group',
    title: 'group',
    user_ids: [ben.id, cleo.id, ...others.slice(1).map(({ id }) => id)],
  }
  const group = await fetchOk<Conversation>(`${gateway}/api/conversations`, {
    method: 'POST',
    token: ada.token,
    json,
  })
  const conversations = [made.conversation_id, group.id]
  const drafts = Array.from({ length: 6 }, (_, i) => ({
    conversation_id: conversations[i % 2] as number,
    content: `message ${i}`,
    client_id: crypto.randomUUID(),
  }))
  const messages: number[] = []
  for (const draft of drafts) messages.push((await sendOverHttp(gateway, ada, draft)).id)
  return {
    ids: { user: people.map(({ id }) => id), conversation: conversations, message: messages },
    tokens: people.map(({ token }) => token),
  }
}
