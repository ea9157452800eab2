import { openSupport as openSupportRpc, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { openSupport } from '../domain/support.ts'
import { randomId } from '../random-id.ts'

export function openSupportHandler({ lanes, cards, staff }: Pick<Deps, 'lanes' | 'cards' | 'staff'>) {
  return handle(openSupportRpc, async ({ user_id, subject: title = null }, { deadline, fail }) => {
    const person = (await cards.find([user_id], deadline)).get(user_id)
    if (!person) throw fail('user_not_found')
    const shard = shardOf(user_id)
    return lanes.write(shard, {
      target: { support: user_id },
      joining: [user_id],
      deadline,
      apply: (existing, draft) => {
        const conversation = existing ?? openSupport(draft, randomId(shard), { person, title, staff })
        const member = conversation.members.get(user_id)
        if (!member) throw fail('user_not_found')
        return { existed: existing !== undefined, conversation: conversationView(conversation, member) }
      },
    })
  })
}
