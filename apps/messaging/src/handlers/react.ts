import { react } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { changeReaction } from '../change-reaction.ts'
import type { Deps } from '../deps.ts'

export const reactHandler = (deps: Pick<Deps, 'lanes'>) =>
  handle(react, (input, context) => changeReaction(deps, input, context))
