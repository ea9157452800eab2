import { randomInt } from 'node:crypto'
import { makeId, UPPER_LIMIT, type Conversation, type Message } from '@parley/protocol'
import { fetchOk } from '../client/http.ts'
import type { Person } from '../client/people.ts'
import type { People, Society, Viewer } from './viewers.ts'

/** What a request is about: things of the owner's, made for this one request, so that no other has changed them. */
export interface About {
  /** Who asks, in a session of its own; nobody for the anonymous. */
  self: Person | undefined
  /** A group; for the blocked the direct conversation with the owner. */
  conversation(): Promise<number>
  /** A message of the owner's in it. */
  message(): Promise<number>
  /** The owner. */
  user: number
  /** A plain member of the group. */
  member: number
  /** Somebody who has nothing to do with any of it. */
  bystander: number
}

export interface AboutOptions extends Society {
  gateway: string
  viewer: Viewer
  self: Person | undefined
}

export function aboutFor({ gateway, people, bystander, direct, viewer, self }: AboutOptions): About {
  const { owner, member } = people
  const isDirect = viewer === 'blocked'
  let made: Promise<number> | undefined
  const conversation = async () => (isDirect ? direct.conversation : (made ??= makeGroup(gateway, people)))
  return {
    self,
    conversation,
    message: async () => {
      if (isDirect) return direct.message
      const url = `${gateway}/api/conversations/${await conversation()}/messages`
      const { token } = owner
      return (await fetchOk<Message>(url, { method: 'POST', token, json: { content: 'hello' } })).id
    },
    user: owner.id,
    member: member.id,
    bystander: bystander.id,
  }
}

async function makeGroup(gateway: string, people: People): Promise<number> {
  const { owner, group_admin, member, ex_member } = people
  const ask = <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, json?: object) =>
    fetchOk<T>(`${gateway}/api/conversations${path}`, { method, token: owner.token, json })
  const user_ids = [group_admin.id, member.id, ex_member.id]
  const { id } = await ask<Conversation>('POST', '', { kind: 'group', title: 'a group', user_ids })
  await ask('PATCH', `/${id}/members/${group_admin.id}`, { role: 'admin' })
  await ask('DELETE', `/${id}/members/${ex_member.id}`)
  return id
}

/** The same request about things that were never there. */
export function aboutNothing(self: Person | undefined): About {
  const id = makeId(randomInt(1, UPPER_LIMIT), randomInt(256))
  const nowhere = async () => id
  return { self, conversation: nowhere, message: nowhere, user: id, member: id, bystander: id }
}
