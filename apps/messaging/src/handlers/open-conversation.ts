import { openConversation, openDirect } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

/** Makes sure of the cards before it queues on the lane, so that no lane waits for another service. */
export function openConversationHandler({ bus, cards }: Pick<Deps, 'bus' | 'cards'>) {
  return handle(openConversation, async ({ user_id }, { caller, fail, traceId, deadline }) => {
    if (user_id === caller.user_id) {
      throw new RpcError('invalid', { errors: [{ path: 'user_id', message: 'must be another person' }] })
    }
    const found = await cards.find([caller.user_id, user_id], deadline)
    if (!found.has(user_id)) throw fail('user_not_found')
    return bus.call(openDirect, { user_ids: [caller.user_id, user_id] }, { caller, traceId, deadline })
  })
}
