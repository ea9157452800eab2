import { openDirect } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findOrOpenDirect } from './find-or-open-direct.ts'

export function openDirectHandler(deps: Pick<Deps, 'lanes' | 'cards'>) {
  return handle(openDirect, (input, { deadline, fail }) =>
    findOrOpenDirect(deps, input.user_ids, { match: input.match ?? null, deadline, fail }),
  )
}
