import { addReaction } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { changeReaction } from '../change-reaction.ts'
import type { Deps } from '../deps.ts'

export const addReactionHandler = (deps: Pick<Deps, 'lanes'>) =>
  handle(addReaction, (input, context) => changeReaction(deps, { ...input, action: 'add' }, context))
