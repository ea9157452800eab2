import { randomUUID } from 'node:crypto'
import type { Rows } from './rows.ts'
import { adminsOnly, anyone, signedIn } from './viewers.ts'

export const authRows: Rows = {
  'auth.register': {
    ask: () => ({ username: `new-${randomUUID().slice(0, 13)}`, password: randomUUID() }),
    outcomes: anyone(),
  },
  'auth.log_in': {
    ask: ({ self }) => ({ identifier: self?.username ?? 'nobody', password: self?.password ?? 'none' }),
    outcomes: anyone('ok', { anonymous: 'invalid_credentials' }),
  },
  'auth.exchange': {
    // Even of the issuer of our own access tokens, which are not for logging in.
    ask: ({ self }) => ({ issuer: 'parley', token: self?.token ?? 'none' }),
    outcomes: anyone('invalid_credentials'),
  },
  'auth.refresh': {
    ask: ({ self }) => ({ refresh_token: self?.refreshToken ?? 'none' }),
    outcomes: anyone('ok', { anonymous: 'refresh_invalid' }),
    spendsSession: true,
  },
  'auth.log_out': { ask: () => ({}), outcomes: signedIn(), spendsSession: true },
  'auth.list_sessions': { ask: () => ({}), outcomes: signedIn() },
  'auth.end_session': {
    ask: () => ({ session_id: randomUUID().replaceAll('-', '') }),
    outcomes: signedIn('session_not_found'),
  },
  'auth.issue_ticket': { ask: () => ({}), outcomes: signedIn() },
  'auth.change_password': {
    ask: () => ({ current_password: 'not the one', new_password: randomUUID() }),
    outcomes: signedIn('invalid_credentials'),
  },
  'auth.list_keys': { ask: () => ({}), outcomes: anyone() },
  'auth.get_me': { ask: () => ({}), outcomes: signedIn() },
  'auth.update_me': { ask: () => ({ last_name: 'Doe' }), outcomes: signedIn() },
  'auth.get_user': {
    ask: ({ user }) => ({ user_id: user }),
    outcomes: signedIn('ok', { blocked: 'user_not_found' }),
  },
  'auth.search_users': { ask: () => ({ q: 'member' }), outcomes: signedIn() },
  'auth.set_role': { ask: ({ bystander }) => ({ user_id: bystander, role: 'user' }), outcomes: adminsOnly() },
}
