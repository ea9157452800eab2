import { createGroup as createGroupRpc, shardOf, type Card } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { createGroup } from '../domain/group.ts'

export function createGroupHandler({ lanes, cards }: Pick<Deps, 'lanes' | 'cards'>) {
  return handle(createGroupRpc, async ({ id, client_id, owner_id, title, user_ids }, { deadline, fail }) => {
    const found = await cards.find([owner_id, ...user_ids], deadline)
    const owner = found.get(owner_id)
    const others = user_ids.flatMap((userId): Card[] | Card => found.get(userId) ?? [])
    if (!owner || others.length < user_ids.length) throw fail('user_not_found')
    return lanes.write(shardOf(id), {
      target: { made: { by: owner_id, client_id } },
      deadline,
      apply: (existing, draft) => {
        const conversation = existing ?? createGroup(draft, id, { title, owner, others, client_id })
        const member = conversation.members.get(owner_id)
        // Who made it and left has no view of it any more.
        if (!member) throw fail('user_not_found')
        return { existed: existing !== undefined, conversation: conversationView(conversation, member) }
      },
    })
  })
}
