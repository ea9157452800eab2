import { userChanged } from '@parley/protocol'
import { onEvent } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { insertProfile } from '../store/profiles.ts'

/** Everyone is a candidate from the start, before they have filled in a profile. */
export function userChangedHandler({ db }: Pick<Deps, 'db'>) {
  return onEvent(userChanged, ({ card }) => insertProfile(db, card.id))
}
