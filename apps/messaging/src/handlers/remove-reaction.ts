import { removeReaction } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { changeReaction } from '../change-reaction.ts'
import type { Deps } from '../deps.ts'

export const removeReactionHandler = (deps: Pick<Deps, 'lanes'>) =>
  handle(removeReaction, (input, context) => changeReaction(deps, { ...input, action: 'remove' }, context))
