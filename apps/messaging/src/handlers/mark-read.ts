import { markRead } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { moveReceipt } from './receipt.ts'

export function markReadHandler(deps: Pick<Deps, 'db' | 'lanes'>) {
  return handle(markRead, (input, { caller, deadline, fail }) =>
    moveReceipt(deps, input, { userId: caller.user_id, kind: 'read', deadline, fail }),
  )
}
