import type { Conversation, Message } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { call, fetchOk } from '../client/http.ts'
import { listConversations, logInAgain, register, type Person } from '../client/people.ts'
import type { About } from './about.ts'
import type { Society } from './viewers.ts'

/** Who asks, seen from a support conversation. */
export const supportViewers = [
  ...(['anonymous', 'stranger', 'person', 'agent', 'admin', 'former_agent'] as const),
]
export type SupportViewer = (typeof supportViewers)[number]
export type SupportOutcomes = Record<SupportViewer, string>

export type SupportPeople = Record<Exclude<SupportViewer, 'anonymous'>, Person>

/** For its person and all staff, but for some; the others see what they would see of something that does not exist. */
export const insideOnly = (
  outside: string,
  but: Partial<Record<'person' | 'agent' | 'admin', string>> = {},
): SupportOutcomes => ({
  ...{ anonymous: 'unauthenticated', stranger: outside, former_agent: outside },
  ...{ person: 'ok', agent: 'ok', admin: 'ok', ...but },
})

/** The people around support; resolves once every service knows who is staff. */
export async function gatherSupport(gateway: string, { people }: Society): Promise<SupportPeople> {
  const { stranger, agent, admin } = people
  const person = await register(gateway, 'person')
  const former = await register(gateway, 'former')
  const { id } = await openSupport(gateway, person)
  const giveRole = async (role: string): Promise<void> => {
    const url = `${gateway}/api/users/${former.id}/role`
    await fetchOk(url, { method: 'PUT', token: admin.token, json: { role } })
  }
  await giveRole('agent')
  const asAgent = await logInAgain(gateway, former)
  for (const staff of [agent, admin, asAgent])
    await eventually(async () => expectToList(await listConversations(gateway, staff), id))
  await giveRole('user')
  const former_agent = await logInAgain(gateway, former)
  await eventually(async () => {
    const { status } = await call(`${gateway}/api/conversations/${id}`, { token: former_agent.token })
    if (status !== 404) throw new Error(`who is no agent any more is answered ${status}`)
  })
  return { stranger, person, agent, admin, former_agent }
}

function expectToList(listed: readonly Conversation[], id: number): void {
  if (!listed.some((conversation) => conversation.id === id)) throw new Error('staff does not list it yet')
}

const openSupport = (gateway: string, { token }: Person): Promise<Conversation> =>
  fetchOk<Conversation>(`${gateway}/api/conversations`, { method: 'POST', token, json: { kind: 'support' } })

/** The person's open support conversation, and a message of theirs in it, made for one request. */
export function aboutSupport(
  gateway: string,
  { person, bystander }: { person: Person; bystander: Person },
  self: Person | undefined,
): About {
  const conversation = async () => (await openSupport(gateway, person)).id
  return {
    self,
    conversation,
    message: async () => {
      const url = `${gateway}/api/conversations/${await conversation()}/messages`
      const { token } = person
      return (await fetchOk<Message>(url, { method: 'POST', token, json: { content: 'hello' } })).id
    },
    user: person.id,
    member: person.id,
    bystander: bystander.id,
  }
}
