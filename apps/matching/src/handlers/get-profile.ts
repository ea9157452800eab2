import { getProfile } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findProfile } from '../store/profiles.ts'
import { profileView } from './views.ts'

export function getProfileHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getProfile, async (_input, { caller }) => profileView(await findProfile(db, caller.user_id)))
}
