import { userUnblocked } from '@parley/protocol'
import { onEvent, type EventHandler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { deleteBlock } from '../store/blocks.ts'

export function userUnblockedHandler({ db }: Pick<Deps, 'db'>): EventHandler {
  return onEvent(userUnblocked, (block) => deleteBlock(db, block))
}
