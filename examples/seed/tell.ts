import { createHash } from 'node:crypto'
import type { Clients } from './account.ts'
import { patiently } from './patiently.ts'
import type { Line, Talk } from './talks.ts'

/** The same UUID for the same words: what an earlier run has sent is not sent again. */
function clientIdOf(...words: string[]): string {
  const hex = createHash('sha256').update(words.join('\n')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function open(talk: Talk, clients: Clients): Promise<number> {
  const [opener, ...others] = talk.members
  const user_ids = await Promise.all(others.map(async (name) => idOf(clients, name)))
  const input = {
    direct: { kind: 'direct', user_id: user_ids[0] ?? 0 },
    group: { kind: 'group', title: talk.title ?? talk.id, user_ids, client_id: clientIdOf('talk', talk.id) },
    support: { kind: 'support', subject: talk.title ?? talk.id },
  } as const
  const { id } = await patiently(() => clients[opener].call('messaging.open_conversation', input[talk.kind]))
  return id
}

const idOf = (clients: Clients, name: keyof Clients): number => clients[name].user.get()?.id ?? 0

/** Says what is said in a conversation, in its order, with reactions and receipts; gives how much that was. */
export async function tell(talk: Talk, clients: Clients): Promise<number> {
  const conversation_id = await open(talk, clients)
  const sent: { id: number; seq: number }[] = []
  for (const line of talk.lines) {
    const parent = line.answers === undefined ? undefined : sent[line.answers]
    const client_id = clientIdOf('line', talk.id, `${sent.length}`)
    const { id, seq } = await patiently(() =>
      clients[line.from].call('messaging.send_message', {
        conversation_id,
        client_id,
        content: line.text,
        ...(parent && { parent_message_id: parent.id }),
      }),
    )
    sent.push({ id, seq })
    await react(line, id, clients)
  }
  const last = sent.at(-1)
  for (const name of talk.readBy ?? [])
    if (last)
      await patiently(() => clients[name].call('messaging.mark_read', { conversation_id, seq: last.seq }))
  return sent.length
}

async function react({ reactions = {} }: Line, message_id: number, clients: Clients): Promise<void> {
  for (const [emoji, fans] of Object.entries(reactions))
    for (const name of fans)
      await patiently(() => clients[name].call('messaging.add_reaction', { message_id, emoji }))
}
