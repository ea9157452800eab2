import { userBlocked } from '@parley/protocol'
import { onEvent, type EventHandler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { insertBlock } from '../store/blocks.ts'

export function userBlockedHandler({ db }: Pick<Deps, 'db'>): EventHandler {
  return onEvent(userBlocked, (block) => insertBlock(db, block))
}
