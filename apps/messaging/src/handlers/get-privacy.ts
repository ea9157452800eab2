import { getPrivacy } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { sharesAll } from '../domain/privacy.ts'
import { listPrivacy } from '../store/privacy.ts'

export function getPrivacyHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getPrivacy, async (_, { caller }) => {
    const used = await listPrivacy(db, [caller.user_id])
    return used.get(caller.user_id) ?? sharesAll
  })
}
