import { getMe } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { createAccountReader } from '../store/accounts.ts'
import { userView } from './views.ts'

export function getMeHandler({ db }: Deps): Handler {
  const read = createAccountReader(db)
  return handle(getMe, async (_, { caller }) => {
    const account = await read(caller.user_id)
    // A good token of an account that is gone.
    if (!account) throw new RpcError('unauthenticated')
    return userView(account)
  })
}
