import { unsaveMessage as unsaveMessageRpc } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unsaveMessage } from '../store/saved.ts'

export function unsaveMessageHandler({ db }: Pick<Deps, 'db'>) {
  return handle(unsaveMessageRpc, async ({ message_id }, { caller }) => {
    await unsaveMessage(db, { user_id: caller.user_id, message_id })
    return {}
  })
}
