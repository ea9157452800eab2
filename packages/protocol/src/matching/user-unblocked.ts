import { event } from '../define.ts'
import { BlockChange } from './types.ts'

/** The other's block, if there is one, stands. Of two events of a pair, the one with the higher `version` is the newer. */
export const userUnblocked = event('matching.user_unblocked', {
  summary: 'A person blocks another no longer',
  payload: BlockChange,
})
