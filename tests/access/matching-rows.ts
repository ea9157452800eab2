import type { Rows } from './rows.ts'
import { signedIn } from './viewers.ts'

const hiddenFromTheBlocked = signedIn('ok', { blocked: 'user_not_found', owner: 'invalid' })

export const matchingRows: Rows = {
  'matching.get_profile': { ask: () => ({}), outcomes: signedIn() },
  'matching.put_profile': { ask: () => ({ bio: 'here' }), outcomes: signedIn() },
  'matching.list_candidates': { ask: () => ({}), outcomes: signedIn() },
  'matching.undo': { ask: () => ({}), outcomes: signedIn('nothing_to_undo') },
  'matching.like': { ask: ({ user }) => ({ user_id: user }), outcomes: hiddenFromTheBlocked },
  'matching.pass': { ask: ({ user }) => ({ user_id: user }), outcomes: hiddenFromTheBlocked },
  'matching.list_matches': { ask: () => ({}), outcomes: signedIn() },
  'matching.unmatch': { ask: ({ user }) => ({ match_id: user }), outcomes: signedIn('match_not_found') },
  'matching.block': {
    ask: ({ member }) => ({ user_id: member }),
    outcomes: signedIn('ok', { member: 'invalid' }),
  },
  'matching.unblock': {
    ask: ({ member }) => ({ user_id: member }),
    outcomes: signedIn('ok', { member: 'invalid' }),
  },
  'matching.list_blocks': { ask: () => ({}), outcomes: signedIn() },
  'matching.report': {
    ask: ({ user }) => ({ user_id: user, reason: 'spam' }),
    outcomes: signedIn('ok', { owner: 'invalid' }),
  },
}
