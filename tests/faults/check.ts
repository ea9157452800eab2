import type { Member } from '@parley/protocol'
import { fetchOk } from '../client/http.ts'
import { inParallel } from '../client/in-parallel.ts'
import { listConversations, listMatches, listMessagesWith } from '../client/people.ts'
import { conversationFaults, matchFaults, violation, type Violation } from './checker.ts'
import type { Client } from './client.ts'
import { receiptFaults, wandererFaults } from './group-checker.ts'
import type { Talk } from './talks.ts'
import type { Workload } from './workload.ts'

/** What a workload left behind. */
export interface Check {
  stored: number
  violations: Violation[]
}

/** Compares what was acknowledged with what is stored and with what each client shows. */
export async function checkWorkload(gateways: readonly string[], workload: Workload): Promise<Check> {
  const talks = await inParallel(4, workload.talks, (talk) => checkTalk(gateways, talk, workload))
  return {
    stored: talks.reduce((sum, { stored }) => sum + stored, 0),
    violations: [
      ...talks.flatMap(({ violations }) => violations),
      ...(await checkMatches(gateways, workload)),
    ],
  }
}

async function checkTalk(gateways: readonly string[], talk: Talk, { wanderers }: Workload): Promise<Check> {
  const { conversation_id, members, screens, sends, read } = talk
  // Two of them say whether two gateways read the same; what the others read is in what their clients show.
  const stored = await inParallel(2, [...members.slice(0, 2).entries()], async ([index, client]) =>
    listMessagesWith(gateways[index] as string, () => client.credentials.token(), conversation_id),
  )
  const logs = screens.map((client) => client.log(conversation_id))
  const shown = logs.map(({ messages }) => [...messages.values()].sort((a, b) => a.seq - b.seq))
  const [messages = []] = stored
  const { token } = await (members[0] as Client).signedIn()
  const url = `${gateways[0]}/api/conversations/${conversation_id}/members`
  const { items } = await fetchOk<{ items: Member[] }>(url, { token })
  const wandered = wanderers.filter((wanderer) => wanderer.conversation_id === conversation_id)
  return {
    stored: messages.filter(({ kind }) => kind === 'text').length,
    violations: [
      ...logs.flatMap(({ strays }) =>
        strays > 0
          ? [violation('lost', `conversation ${conversation_id}: ${strays} changes of messages never shown`)]
          : [],
      ),
      ...conversationFaults({ conversation_id, sends, stored, shown }),
      ...receiptFaults(read, items),
      ...wandered.flatMap(({ client, isIn }) =>
        wandererFaults({
          ...{ user_id: client.person.id, isIn, stored: messages, members: items },
          shown: [...client.log(conversation_id).messages.values()],
        }),
      ),
    ],
  }
}

async function checkMatches(gateways: readonly string[], { clients, likes }: Workload): Promise<Violation[]> {
  const lists = new Map(
    await inParallel(4, clients, async (client) => {
      const person = await client.signedIn()
      const found = {
        matches: await listMatches(gateways[0] as string, person),
        conversations: (await listConversations(gateways[0] as string, person)).filter(
          ({ kind }) => kind === 'direct',
        ),
      }
      return [client, found] as const
    }),
  )
  return likes.flatMap(({ clients: both }) =>
    matchFaults({
      people: [both[0].person.id, both[1].person.id],
      matches: both.map((client) => lists.get(client)?.matches ?? []),
      conversations: both.map((client) => lists.get(client)?.conversations ?? []),
      told: both.map((client) => client.matches),
    }).map((text) => violation('lost', text)),
  )
}
