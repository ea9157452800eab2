import { event } from '../define.ts'
import { BlockChange } from './types.ts'

/** Comes before the `matching.match_ended` of a match that the block ends. Of two events of a pair, the one with the higher `version` is the newer. */
export const userBlocked = event('matching.user_blocked', {
  summary: 'A person blocks another',
  payload: BlockChange,
})
