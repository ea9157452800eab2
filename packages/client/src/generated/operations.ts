// Written by scripts/write-client-table.ts from the catalog of @parley/protocol. Do not edit.

/** What clients may call over HTTP. */
export const operations = {
  'auth.register': {
    method: 'POST',
    path: '/api/auth/register',
    status: 201,
    path_params: [],
    access: 'anyone',
  },
  'auth.log_in': { method: 'POST', path: '/api/auth/login', status: 200, path_params: [], access: 'anyone' },
  'auth.refresh': {
    method: 'POST',
    path: '/api/auth/refresh',
    status: 200,
    path_params: [],
    access: 'anyone',
  },
  'auth.log_out': { method: 'POST', path: '/api/auth/logout', status: 204, path_params: [], access: 'user' },
  'auth.list_sessions': {
    method: 'GET',
    path: '/api/auth/sessions',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'auth.end_session': {
    method: 'DELETE',
    path: '/api/auth/sessions/{session_id}',
    status: 204,
    path_params: ['session_id'],
    access: 'user',
  },
  'auth.issue_ticket': {
    method: 'POST',
    path: '/api/auth/ticket',
    status: 201,
    path_params: [],
    access: 'user',
  },
  'auth.change_password': {
    method: 'POST',
    path: '/api/auth/password',
    status: 204,
    path_params: [],
    access: 'user',
  },
  'auth.get_me': { method: 'GET', path: '/api/users/me', status: 200, path_params: [], access: 'user' },
  'auth.update_me': { method: 'PATCH', path: '/api/users/me', status: 200, path_params: [], access: 'user' },
  'auth.get_user': {
    method: 'GET',
    path: '/api/users/{user_id}',
    status: 200,
    path_params: ['user_id'],
    access: 'user',
  },
  'auth.search_users': { method: 'GET', path: '/api/users', status: 200, path_params: [], access: 'user' },
  'auth.list_keys': {
    method: 'GET',
    path: '/.well-known/jwks.json',
    status: 200,
    path_params: [],
    access: 'anyone',
  },
  'matching.get_profile': {
    method: 'GET',
    path: '/api/matching/profile',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.put_profile': {
    method: 'PUT',
    path: '/api/matching/profile',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.list_candidates': {
    method: 'GET',
    path: '/api/matching/candidates',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.like': {
    method: 'POST',
    path: '/api/matching/like',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.pass': {
    method: 'POST',
    path: '/api/matching/pass',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.undo': {
    method: 'POST',
    path: '/api/matching/undo',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.list_matches': {
    method: 'GET',
    path: '/api/matching/matches',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'matching.unmatch': {
    method: 'DELETE',
    path: '/api/matching/matches/{match_id}',
    status: 204,
    path_params: ['match_id'],
    access: 'user',
  },
  'messaging.list_conversations': {
    method: 'GET',
    path: '/api/conversations',
    status: 200,
    path_params: [],
    access: 'user',
  },
  'messaging.open_conversation': {
    method: 'POST',
    path: '/api/conversations',
    status: 201,
    path_params: [],
    access: 'user',
    body: 'conversation',
  },
  'messaging.get_conversation': {
    method: 'GET',
    path: '/api/conversations/{conversation_id}',
    status: 200,
    path_params: ['conversation_id'],
    access: 'user',
  },
  'messaging.list_members': {
    method: 'GET',
    path: '/api/conversations/{conversation_id}/members',
    status: 200,
    path_params: ['conversation_id'],
    access: 'user',
  },
  'messaging.list_messages': {
    method: 'GET',
    path: '/api/conversations/{conversation_id}/messages',
    status: 200,
    path_params: ['conversation_id'],
    access: 'user',
  },
  'messaging.send_message': {
    method: 'POST',
    path: '/api/conversations/{conversation_id}/messages',
    status: 201,
    path_params: ['conversation_id'],
    access: 'user',
    body: 'message',
  },
  'messaging.get_message': {
    method: 'GET',
    path: '/api/messages/{message_id}',
    status: 200,
    path_params: ['message_id'],
    access: 'user',
  },
  'messaging.mark_read': {
    method: 'POST',
    path: '/api/conversations/{conversation_id}/read',
    status: 200,
    path_params: ['conversation_id'],
    access: 'user',
  },
  'messaging.mark_delivered': {
    method: 'POST',
    path: '/api/conversations/{conversation_id}/delivered',
    status: 200,
    path_params: ['conversation_id'],
    access: 'user',
  },
} as const

/** Socket frames that call an operation, and the fields of their `ack`. */
export const commands = {
  chat_message: {
    operation: 'messaging.send_message',
    ack: ['client_id', 'message_id', 'conversation_id', 'seq', 'rev', 'created_at', 'duplicate'],
  },
  read_receipt: { operation: 'messaging.mark_read', ack: ['conversation_id', 'read_seq', 'unread_count'] },
  delivery_receipt: { operation: 'messaging.mark_delivered', ack: ['conversation_id', 'delivered_seq'] },
  typing_indicator: { operation: 'messaging.set_typing', ack: [] },
} as const

/** Further frames that a client may send. */
export const clientFrames = ['authenticate', 'hello', 'ping', 'sync', 'pull', 'request'] as const

/** Frames of the gateway itself. */
export const gatewayFrames = [
  'welcome',
  'caught_up',
  'reset',
  'ack',
  'response',
  'error',
  'pong',
  'goaway',
] as const

/** Frames that carry what happened. */
export const pushes = [
  'chat_message',
  'conversation_update',
  'delivery_receipt',
  'match_removed',
  'new_match',
  'read_receipt',
  'typing_indicator',
] as const

/** What a caller does about an error code. */
export const remedies = {
  invalid: 'fix',
  unauthenticated: 'log_in',
  forbidden: 'stop',
  not_found: 'stop',
  method_not_allowed: 'fix',
  payload_too_large: 'fix',
  unsupported_media_type: 'fix',
  rate_limited: 'wait',
  internal: 'retry',
  unavailable: 'retry',
  timeout: 'retry',
  username_taken: 'fix',
  email_taken: 'fix',
  phone_taken: 'fix',
  invalid_credentials: 'fix',
  refresh_invalid: 'log_in',
  refresh_reused: 'log_in',
  ticket_invalid: 'log_in',
  session_not_found: 'stop',
  user_not_found: 'stop',
  match_not_found: 'stop',
  nothing_to_undo: 'stop',
  conversation_not_found: 'stop',
  conversation_closed: 'stop',
  message_not_found: 'stop',
  cursor_reset: 'fix',
} as const

/** Close codes by reason. */
export const closeCodes = {
  going_away: 4000,
  too_slow: 4008,
  reset: 4010,
  overloaded: 4013,
  rate_limited: 4029,
  token_expired: 4301,
  malformed: 4400,
  not_authenticated: 4401,
  session_ended: 4403,
  not_yours: 4404,
  version: 4406,
  replaced: 4409,
} as const

/** Close codes from here on mean: do not reconnect, as things are. */
export const firstFinalCode = 4400 as const
