// A cursor is the store's epoch and one committed position a lane: its size does not grow with the conversations. That of
// staff says so, because who becomes or ceases to be staff sees conversations that have not changed.

export interface SyncPosition {
  epoch: string
  /** By lane. */
  positions: readonly number[]
  /** With which version of theirs the reader became staff; 0 for who is not. */
  staff_since: number
}

export const encodeCursor = ({ epoch, positions, staff_since }: SyncPosition): string =>
  [epoch, positions.join('.'), ...(staff_since > 0 ? [staff_since] : [])].join('~')

/** The position of a cursor that this store gave; null for one that cannot be continued here. */
export function decodeCursor(cursor: string, store: { epoch: string; lanes: number }): SyncPosition | null {
  const [epoch, list, since = '0', ...rest] = cursor.split('~')
  const staff_since = Number(since)
  const positions = (list ?? '').split('.').map(Number)
  const isWhole = rest.length === 0 && positions.length === store.lanes
  const isGiven = epoch === store.epoch && [...positions, staff_since].every(isPosition)
  return isWhole && isGiven ? { epoch, positions, staff_since } : null
}

const isPosition = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

/** Where a sync goes on: replay from one position up to another, after a conversation or inside it. */
export interface Continuation {
  from: SyncPosition
  to: SyncPosition
  /** Done up to and with this conversation, or, when `afterRev` is not 0, inside it. */
  conversationId: number
  afterRev: number
}

export const encodeContinuation = ({ from, to, conversationId, afterRev }: Continuation): string =>
  [encodeCursor(from), encodeCursor(to), conversationId, afterRev].join('|')

export function decodeContinuation(
  text: string,
  store: { epoch: string; lanes: number },
): Continuation | null {
  const [fromText = '', toText = '', id, rev] = text.split('|')
  const from = decodeCursor(fromText, store)
  const to = decodeCursor(toText, store)
  const [conversationId, afterRev] = [Number(id), Number(rev)]
  return from && to && isPosition(conversationId) && isPosition(afterRev)
    ? { from, to, conversationId, afterRev }
    : null
}
