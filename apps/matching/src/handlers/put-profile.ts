import { putProfile } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { isPossibleBirthDate } from '../domain/age.ts'
import { findProfile, replaceProfile } from '../store/profiles.ts'
import { profileRow, profileView } from './views.ts'

export function putProfileHandler({ db, now }: Pick<Deps, 'db' | 'now'>) {
  return handle(putProfile, async (input, { caller }) => {
    const today = now().toISOString().slice(0, 10)
    if (input.birth_date !== undefined && !isPossibleBirthDate(today, input.birth_date)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'birth_date', message: 'must be a day of the last 120 years' }],
      })
    }
    await replaceProfile(db, profileRow(caller.user_id, input))
    return profileView(await findProfile(db, caller.user_id))
  })
}
