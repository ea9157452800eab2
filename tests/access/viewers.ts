import type { Conversation, Message } from '@parley/protocol'
import type { System } from '@parley/local-stack'
import { runAdmin } from '../client/admin.ts'
import { fetchOk } from '../client/http.ts'
import { logInAgain, register, type Person } from '../client/people.ts'

/** Who asks, seen from a group and, for `blocked`, from the direct conversation with the group's owner. */
export const viewers = [
  ...(['anonymous', 'stranger', 'ex_member', 'blocked', 'member', 'group_admin', 'owner'] as const),
  ...(['agent', 'admin'] as const),
]
export type Viewer = (typeof viewers)[number]
/** `ok`, or the code of the refusal. */
export type Outcomes = Record<Viewer, string>

export type People = Record<Exclude<Viewer, 'anonymous'>, Person>

export interface Society {
  people: People
  /** Has nothing to do with any of them. */
  bystander: Person
  /** What the owner said to the blocked one before. */
  direct: { conversation: number; message: number }
}

const of = (outcome: string): Outcomes =>
  Object.fromEntries(viewers.map((viewer) => [viewer, outcome])) as Outcomes

/** The same for everybody on the network, but for some. */
export const anyone = (outcome = 'ok', but: Partial<Outcomes> = {}): Outcomes => ({ ...of(outcome), ...but })
/** The same for everybody with an account, but for some. */
export const signedIn = (outcome = 'ok', but: Partial<Outcomes> = {}): Outcomes => ({
  ...of(outcome),
  anonymous: 'unauthenticated',
  ...but,
})
export const adminsOnly = (outcome = 'ok'): Outcomes => signedIn('forbidden', { admin: outcome })
/** For members; the others see what they would see of something that does not exist. */
export const membersOnly = (outside: string, but: Partial<Outcomes> = {}): Outcomes =>
  signedIn('ok', { stranger: outside, ex_member: outside, agent: outside, admin: outside, ...but })

/** People in every relation to the owner. */
export async function gatherSociety(system: System): Promise<Society> {
  const [gateway = ''] = system.gateways
  const join = (name: string) => register(gateway, name)
  const people = {
    ...{
      stranger: await join('stranger'),
      ex_member: await join('exmember'),
      blocked: await join('blocked'),
    },
    ...{ member: await join('member'), group_admin: await join('groupadmin'), owner: await join('owner') },
    ...{ agent: await join('agent'), admin: await join('admin') },
  }
  const { admin, agent, owner, blocked } = people
  // With a server of its own the system is found only by its address.
  const settings = { NATS_URL: system.natsUrl }
  await runAdmin(system.dataDir, admin.username, 'no password is asked for', settings)
  people.admin = await logInAgain(gateway, admin)
  await fetchOk(`${gateway}/api/users/${agent.id}/role`, {
    method: 'PUT',
    token: people.admin.token,
    json: { role: 'agent' },
  })
  people.agent = await logInAgain(gateway, agent)
  const post = <T>(path: string, json?: object) =>
    fetchOk<T>(`${gateway}${path}`, { method: 'POST', token: owner.token, json })
  const { id } = await post<Conversation>('/api/conversations', { kind: 'direct', user_id: blocked.id })
  const message = await post<Message>(`/api/conversations/${id}/messages`, { content: 'hello' })
  await post(`/api/users/${blocked.id}/block`)
  return { people, bystander: await join('bystander'), direct: { conversation: id, message: message.id } }
}
