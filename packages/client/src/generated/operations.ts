// Written by scripts/write-client-table.ts from the catalog of @parley/protocol. Do not edit.

/** What clients may call over HTTP. */
export const operations = {
  'auth.register': { method: 'POST', path: '/api/auth/register', access: 'anyone' },
  'auth.log_in': { method: 'POST', path: '/api/auth/login', access: 'anyone' },
  'auth.exchange': { method: 'POST', path: '/api/auth/exchange', access: 'anyone' },
  'auth.refresh': { method: 'POST', path: '/api/auth/refresh', access: 'anyone' },
  'auth.log_out': { method: 'POST', path: '/api/auth/logout', status: 204 },
  'auth.list_sessions': { method: 'GET', path: '/api/auth/sessions' },
  'auth.end_session': { method: 'DELETE', path: '/api/auth/sessions/{session_id}', status: 204 },
  'auth.issue_ticket': { method: 'POST', path: '/api/auth/ticket' },
  'auth.change_password': { method: 'POST', path: '/api/auth/password', status: 204 },
  'auth.get_me': { method: 'GET', path: '/api/users/me' },
  'auth.update_me': { method: 'PATCH', path: '/api/users/me' },
  'auth.get_user': { method: 'GET', path: '/api/users/{user_id}' },
  'auth.search_users': { method: 'GET', path: '/api/users' },
  'auth.set_role': { method: 'PUT', path: '/api/users/{user_id}/role' },
  'auth.list_keys': { method: 'GET', path: '/.well-known/jwks.json', access: 'anyone' },
  'matching.get_profile': { method: 'GET', path: '/api/matching/profile' },
  'matching.put_profile': { method: 'PUT', path: '/api/matching/profile' },
  'matching.list_candidates': { method: 'GET', path: '/api/matching/candidates' },
  'matching.like': { method: 'POST', path: '/api/matching/like' },
  'matching.pass': { method: 'POST', path: '/api/matching/pass' },
  'matching.undo': { method: 'POST', path: '/api/matching/undo' },
  'matching.list_matches': { method: 'GET', path: '/api/matching/matches' },
  'matching.unmatch': { method: 'DELETE', path: '/api/matching/matches/{match_id}', status: 204 },
  'matching.block': { method: 'POST', path: '/api/users/{user_id}/block', status: 204 },
  'matching.unblock': { method: 'DELETE', path: '/api/users/{user_id}/block', status: 204 },
  'matching.list_blocks': { method: 'GET', path: '/api/matching/blocks' },
  'matching.report': { method: 'POST', path: '/api/reports' },
  'messaging.list_conversations': { method: 'GET', path: '/api/conversations' },
  'messaging.open_conversation': { method: 'POST', path: '/api/conversations', body: 'conversation' },
  'messaging.get_conversation': { method: 'GET', path: '/api/conversations/{conversation_id}' },
  'messaging.update_conversation': { method: 'PATCH', path: '/api/conversations/{conversation_id}' },
  'messaging.close_conversation': {
    method: 'DELETE',
    path: '/api/conversations/{conversation_id}',
    status: 204,
  },
  'messaging.list_members': { method: 'GET', path: '/api/conversations/{conversation_id}/members' },
  'messaging.add_members': { method: 'POST', path: '/api/conversations/{conversation_id}/members' },
  'messaging.set_member_role': {
    method: 'PATCH',
    path: '/api/conversations/{conversation_id}/members/{user_id}',
  },
  'messaging.remove_member': {
    method: 'DELETE',
    path: '/api/conversations/{conversation_id}/members/{user_id}',
    status: 204,
  },
  'messaging.list_messages': { method: 'GET', path: '/api/conversations/{conversation_id}/messages' },
  'messaging.send_message': {
    method: 'POST',
    path: '/api/conversations/{conversation_id}/messages',
    body: 'message',
  },
  'messaging.get_message': { method: 'GET', path: '/api/messages/{message_id}' },
  'messaging.edit_message': { method: 'PATCH', path: '/api/messages/{message_id}', body: 'message' },
  'messaging.delete_message': { method: 'DELETE', path: '/api/messages/{message_id}', status: 204 },
  'messaging.add_reaction': {
    method: 'PUT',
    path: '/api/messages/{message_id}/reactions/{emoji}',
    body: 'message',
  },
  'messaging.remove_reaction': {
    method: 'DELETE',
    path: '/api/messages/{message_id}/reactions/{emoji}',
    status: 204,
  },
  'messaging.get_thread': { method: 'GET', path: '/api/messages/{message_id}/thread' },
  'messaging.list_edits': { method: 'GET', path: '/api/messages/{message_id}/edits' },
  'messaging.forward_message': {
    method: 'POST',
    path: '/api/messages/{message_id}/forward',
    body: 'message',
  },
  'messaging.pin_message': { method: 'PUT', path: '/api/messages/{message_id}/pin' },
  'messaging.unpin_message': { method: 'DELETE', path: '/api/messages/{message_id}/pin', status: 204 },
  'messaging.list_pins': { method: 'GET', path: '/api/conversations/{conversation_id}/pins' },
  'messaging.save_message': { method: 'PUT', path: '/api/messages/{message_id}/save', status: 204 },
  'messaging.unsave_message': { method: 'DELETE', path: '/api/messages/{message_id}/save', status: 204 },
  'messaging.list_saved': { method: 'GET', path: '/api/saved' },
  'messaging.list_readers': { method: 'GET', path: '/api/messages/{message_id}/readers' },
  'messaging.mark_read': { method: 'POST', path: '/api/conversations/{conversation_id}/read' },
  'messaging.mark_delivered': { method: 'POST', path: '/api/conversations/{conversation_id}/delivered' },
  'messaging.mark_unread': { method: 'POST', path: '/api/conversations/{conversation_id}/unread' },
  'messaging.recount_unread': { method: 'POST', path: '/api/conversations/{conversation_id}/recount' },
  'messaging.put_draft': { method: 'PUT', path: '/api/conversations/{conversation_id}/draft' },
  'messaging.list_notifications': { method: 'GET', path: '/api/notifications' },
  'messaging.read_notifications': { method: 'POST', path: '/api/notifications/read', status: 204 },
  'messaging.send_notification': { method: 'POST', path: '/api/notifications' },
  'messaging.get_notification_preferences': { method: 'GET', path: '/api/notifications/preferences' },
  'messaging.put_notification_preferences': { method: 'PUT', path: '/api/notifications/preferences' },
  'messaging.get_privacy': { method: 'GET', path: '/api/users/me/privacy' },
  'messaging.set_privacy': { method: 'PUT', path: '/api/users/me/privacy' },
} as const

/** Socket frames that call an operation, and the fields of their `ack`. */
export const commands = {
  chat_message: {
    operation: 'messaging.send_message',
    ack: ['client_id', 'message_id', 'conversation_id', 'seq', 'rev', 'created_at', 'duplicate'],
  },
  message_edit: {
    operation: 'messaging.edit_message',
    ack: ['message_id', 'conversation_id', 'rev', 'edited_at'],
  },
  message_delete: { operation: 'messaging.delete_message', ack: ['message_id', 'conversation_id', 'rev'] },
  message_reaction: {
    operation: 'messaging.react',
    ack: ['message_id', 'conversation_id', 'emoji', 'action', 'rev'],
  },
  read_receipt: { operation: 'messaging.mark_read', ack: ['conversation_id', 'read_seq', 'unread_count'] },
  delivery_receipt: { operation: 'messaging.mark_delivered', ack: ['conversation_id', 'delivered_seq'] },
  typing_indicator: { operation: 'messaging.set_typing', ack: [] },
} as const

/** Further frames that a client may send. */
export const clientFrames = [
  'authenticate',
  'hello',
  'ping',
  'sync',
  'pull',
  'attach',
  'detach',
  'presence',
  'watch',
  'subscribe',
  'unsubscribe',
  'request',
] as const

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
  'bump',
  'chat_message',
  'conversation_update',
  'delivery_receipt',
  'match_removed',
  'message_delete',
  'message_edit',
  'message_reaction',
  'new_match',
  'notify',
  'read_receipt',
  'typing_indicator',
  'user_status',
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
  last_admin: 'stop',
  match_not_found: 'stop',
  nothing_to_undo: 'stop',
  conversation_not_found: 'stop',
  conversation_closed: 'stop',
  message_not_found: 'stop',
  group_full: 'stop',
  message_deleted: 'stop',
  too_many_reactions: 'stop',
  too_many_pins: 'stop',
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

/** What the server takes of what people write; characters are UTF-16 code units. */
export const limits = {
  content_chars: 4000,
  title_chars: 100,
  name_chars: 64,
  bio_chars: 500,
  report_detail_chars: 1000,
  url_chars: 2048,
  username_chars: { min: 3, max: 32 },
  password_chars: { min: 8, max: 128 },
  interests: 20,
  attachments: 10,
  members_at_once: 100,
  notification: { title_chars: 100, message_chars: 1000 },
} as const

/** Close codes from here on mean: do not reconnect, as things are. */
export const firstFinalCode = 4400 as const
