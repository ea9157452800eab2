import type { ShownMessage } from '@parley/client/state'

export interface Heard {
  /** The newest message that was there; what comes after it is to be told of. */
  seq: number
  /** What was told of last, as it was then. */
  message: ShownMessage | undefined
}

/** What is told of the messages of others: the newest that has come since the last time, and nothing of what was there at first. */
export function heard(before: Heard | undefined, messages: readonly ShownMessage[], meId: number): Heard {
  const seq = messages.findLast((message) => message.seq !== null)?.seq ?? 0
  if (!before) return { seq, message: undefined }
  if (seq <= before.seq) return before
  const newest = messages.findLast(
    (message) =>
      message.seq !== null &&
      message.seq > before.seq &&
      message.sender.id !== meId &&
      message.kind === 'text' &&
      !message.is_deleted,
  )
  return { seq, message: newest ?? before.message }
}
