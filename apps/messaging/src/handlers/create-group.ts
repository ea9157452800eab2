import { createGroup as createGroupRpc, shardOf, type Card } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { createGroup } from '../domain/group.ts'
import { listBlockedWith } from '../store/blocks.ts'

export function createGroupHandler({ db, lanes, cards }: Pick<Deps, 'db' | 'lanes' | 'cards'>) {
  return handle(createGroupRpc, async ({ id, owner_id, user_ids, ...given }, { deadline, fail }) => {
    const found = await cards.find([owner_id, ...user_ids], deadline)
    const owner = found.get(owner_id)
    const others = user_ids.flatMap((userId): Card[] | Card => found.get(userId) ?? [])
    if (!owner || others.length < user_ids.length) throw fail('user_not_found')
    const blocked = await listBlockedWith(db, owner_id)
    return lanes.write(shardOf(id), {
      target: { made: { by: owner_id, client_id: given.client_id } },
      joining: [owner_id, ...user_ids],
      deadline,
      apply: (existing, draft) => {
        if (!existing && user_ids.some((userId) => blocked.has(userId))) throw fail('user_not_found')
        const conversation = existing ?? createGroup(draft, id, { ...given, owner, others })
        const member = conversation.members.get(owner_id)
        // Who made it and left has no view of it any more.
        if (!member) throw fail('user_not_found')
        return { existed: existing !== undefined, conversation: conversationView(conversation, member) }
      },
    })
  })
}
