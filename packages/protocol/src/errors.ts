/** What a caller does about an error. `retry` means: again, with the same `client_id`. */
export type Remedy = 'fix' | 'log_in' | 'stop' | 'wait' | 'retry'

export interface ErrorMeaning {
  status: number
  title: string
  remedy: Remedy
}

/** Any operation may answer these. */
export const commonErrors = {
  invalid: { status: 400, title: 'A field is missing or wrong', remedy: 'fix' },
  unauthenticated: { status: 401, title: 'A valid access token is needed', remedy: 'log_in' },
  forbidden: { status: 403, title: 'Not allowed', remedy: 'stop' },
  not_found: { status: 404, title: 'There is no such operation or resource', remedy: 'stop' },
  method_not_allowed: { status: 405, title: 'The path does not know this method', remedy: 'fix' },
  payload_too_large: { status: 413, title: 'The request is too large', remedy: 'fix' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json', remedy: 'fix' },
  rate_limited: { status: 429, title: 'Too many requests', remedy: 'wait' },
  internal: { status: 500, title: 'Something went wrong here', remedy: 'retry' },
  unavailable: { status: 503, title: 'A part of the system cannot be reached', remedy: 'retry' },
  timeout: { status: 504, title: 'No answer in time; it may have been done', remedy: 'retry' },
} as const satisfies Record<string, ErrorMeaning>

/** Answered only by the operations that declare them. */
export const ownErrors = {
  username_taken: { status: 409, title: 'The username is in use', remedy: 'fix' },
  email_taken: { status: 409, title: 'The e-mail address is in use', remedy: 'fix' },
  phone_taken: { status: 409, title: 'The phone number is in use', remedy: 'fix' },
  invalid_credentials: { status: 401, title: 'Wrong name, password or token', remedy: 'fix' },
  refresh_invalid: { status: 401, title: 'The refresh token is unknown or has ended', remedy: 'log_in' },
  refresh_reused: {
    status: 401,
    title: 'The refresh token was used before; the session has ended',
    remedy: 'log_in',
  },
  ticket_invalid: { status: 401, title: 'The ticket is unknown, used or too old', remedy: 'log_in' },
  session_not_found: { status: 404, title: 'There is no such session', remedy: 'stop' },
  user_not_found: { status: 404, title: 'There is no such person', remedy: 'stop' },
  last_admin: { status: 409, title: 'The person is the last admin', remedy: 'stop' },
  match_not_found: { status: 404, title: 'There is no such match', remedy: 'stop' },
  nothing_to_undo: { status: 409, title: 'There is no last choice to take back', remedy: 'stop' },
  conversation_not_found: { status: 404, title: 'There is no such conversation', remedy: 'stop' },
  conversation_closed: { status: 409, title: 'The conversation is closed', remedy: 'stop' },
  message_not_found: { status: 404, title: 'There is no such message', remedy: 'stop' },
  group_full: { status: 409, title: 'The group has as many members as it may', remedy: 'stop' },
  message_deleted: { status: 409, title: 'The message was deleted', remedy: 'stop' },
  too_many_reactions: {
    status: 409,
    title: 'The message has as many different reactions as it may',
    remedy: 'stop',
  },
  too_many_pins: { status: 409, title: 'The conversation has as many pins as it may', remedy: 'stop' },
  cursor_reset: {
    status: 409,
    title: 'The cursor cannot be continued; reload the state',
    remedy: 'fix',
  },
} as const satisfies Record<string, ErrorMeaning>

export type CommonErrorCode = keyof typeof commonErrors
export type ErrorCode = keyof typeof ownErrors | 'forbidden'
export type AnyErrorCode = CommonErrorCode | ErrorCode

export const errors: Record<AnyErrorCode, ErrorMeaning> = { ...commonErrors, ...ownErrors }

/** One wrong field: `path` is dotted, empty for the whole input. */
export interface FieldError {
  path: string
  message: string
}

/** An error as it travels between services and, with `trace_id`, to clients. */
export interface ErrorBody {
  code: AnyErrorCode
  detail?: string
  errors?: FieldError[]
  retry_after_ms?: number
}

export const isErrorCode = (code: string): code is AnyErrorCode => Object.hasOwn(errors, code)
export const isCommonErrorCode = (code: string): code is CommonErrorCode => Object.hasOwn(commonErrors, code)
