import { rpcs, type AnyRpc } from '@parley/protocol'
import { aboutFor } from '../access/about.ts'
import { askHttp, askSocket } from '../access/ask.ts'
import { frameRows, operationRows } from '../access/matrix.ts'
import type { Society, Viewer } from '../access/viewers.ts'
import { fetchOk } from '../client/http.ts'
import { logInAgain, match, register } from '../client/people.ts'
import { openLegacy, openSocket } from '../client/socket.ts'

const asking = ['owner', 'member', 'admin'] as const satisfies Viewer[]

/** Every operation and every frame, by those who may most. */
export async function askEverything(gateway: string, society: Society): Promise<void> {
  for (const viewer of asking) {
    const of = async (spendsSession = false) => {
      const person = society.people[viewer]
      const self = spendsSession ? await logInAgain(gateway, person) : person
      return { self, about: aboutFor({ gateway, ...society, viewer, self }) }
    }
    for (const [name, { ask, spendsSession }] of Object.entries(operationRows)) {
      const { self, about } = await of(spendsSession)
      const rpc = rpcs.find((one) => one.name === name) as AnyRpc
      await askHttp(gateway, rpc, { fields: { ...(await ask(about)) }, token: self.token })
    }
    for (const [type, { ask, answered, afterHello }] of Object.entries(frameRows)) {
      const { self, about } = await of()
      await askSocket(gateway, { ...(await ask(about)), type }, { token: self.token, answered, afterHello })
    }
  }
}

/** What services ask each other when people do this. */
export async function meet(gateway: string): Promise<void> {
  const [ada, ben] = [await register(gateway, 'ada'), await register(gateway, 'ben')]
  const { id, conversation_id } = await match(gateway, ada, ben)
  const post = <T>(path: string, json?: object) =>
    fetchOk<T>(`${gateway}/api${path}`, { method: 'POST', token: ada.token, json })
  const { ticket } = await post<{ ticket: string }>('/auth/ticket')
  await using socket = await openSocket(gateway, ticket, 'ticket')
  await socket.ask({ type: 'ping' })
  await post(`/conversations/${conversation_id}/messages`, { content: 'hello' })
  for (const path of [`/ws/chat/${conversation_id}/`, '/school/ws/chat/']) {
    await using legacy = await openLegacy(gateway, path, ben.token)
    await legacy.waitForAny(() => true)
  }
  await post('/conversations', { kind: 'support', subject: 'A refund' })
  await fetchOk(`${gateway}/api/matching/matches/${id}`, { method: 'DELETE', token: ben.token })
}
