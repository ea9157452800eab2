/** What an acknowledgement says. */
export interface Ack {
  message_id: number
  seq: number
  rev: number
}

/** The one change that is made to a message, by its sender or by the other one. */
export interface Change {
  kind: 'edit' | 'delete' | 'react'
  /** User id. */
  by: number
  content?: string
  emoji?: string
  isAcked: boolean
}

/** One message that somebody wants to be sent, and all that became of it. */
export interface Send {
  client_id: string
  conversation_id: number
  content: string
  /** Tried once and given up without an answer: it may be stored or not. All others are repeated until acknowledged. */
  isOnce: boolean
  acks: Ack[]
  change?: Change
  /** In milliseconds of `performance.now()`, as are the others. */
  begunAt: number
  ackedAt?: number
  /** When the other one's client showed it. */
  shownAt?: number
}

export function acknowledge(send: Send, { message_id, seq, rev }: Ack): void {
  send.acks.push({ message_id, seq, rev })
  send.ackedAt ??= performance.now()
}
