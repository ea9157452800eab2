import { markDelivered } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { moveReceipt } from './receipt.ts'

export function markDeliveredHandler(deps: Pick<Deps, 'db' | 'lanes'>) {
  return handle(markDelivered, (input, { caller, deadline, fail }) =>
    moveReceipt(deps, input, { userId: caller.user_id, kind: 'delivered', deadline, fail }),
  )
}
