/** What is known of the sessions that outside tokens of one kind opened on sockets. */
export interface KnownSessions<S> {
  open: S | undefined
  /** When one of them was last ended, before its time was over. */
  endedAt: Date | undefined
}

/**
 * What an outside token on a socket gets:
 *
 *   issued before such a session was ended   → refused: that end was the end of what the token is good for
 *   one is open                              → the same again
 *   none is                                  → one is opened
 */
export function judgeOutsideToken<S>(
  { open, endedAt }: KnownSessions<S>,
  issuedAt: Date,
): S | 'open' | 'refuse' {
  if (endedAt !== undefined && issuedAt <= endedAt) return 'refuse'
  return open ?? 'open'
}
