/** WebSocket close codes. 4000–4399: reconnect and resume; 4400–4999: do not, as things are. */
export const closeCodes = {
  going_away: {
    code: 4000,
    meaning: 'The gateway goes away, or the socket was silent: reconnect and resume',
  },
  too_slow: { code: 4008, meaning: 'The client reads too slowly: reconnect and resume' },
  reset: { code: 4010, meaning: 'The cursor cannot be continued: reconnect without it and reload' },
  overloaded: { code: 4013, meaning: 'The gateway is overloaded: reconnect later' },
  rate_limited: { code: 4029, meaning: 'Too many frames in spite of warnings: wait, then reconnect' },
  token_expired: { code: 4301, meaning: 'The access token ended: refresh it, then reconnect' },
  malformed: { code: 4400, meaning: 'A frame was not a JSON object' },
  not_authenticated: { code: 4401, meaning: 'No valid credential' },
  session_ended: { code: 4403, meaning: 'The session ended' },
  not_yours: { code: 4404, meaning: 'The conversation is unknown or not yours' },
  version: { code: 4406, meaning: 'The protocol version is not served' },
  replaced: { code: 4409, meaning: 'A newer socket of the same person replaced this one' },
} as const

export type CloseReason = keyof typeof closeCodes

/** Whether a client should reconnect by itself after this close code. Codes below 4000 are the network's. */
export const isResumable = (code: number): boolean => code < 4400
