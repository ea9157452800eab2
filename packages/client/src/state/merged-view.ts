import type { Conversation } from '../wire.ts'

/** A view may be older than what frames have told: counters only rise, and the newest message stays. */
export function merged(known: Conversation, view: Conversation): Conversation {
  const read_seq = Math.max(known.read_seq, view.read_seq)
  const updated_at = known.updated_at > view.updated_at ? known.updated_at : view.updated_at
  if (view.last_seq < known.last_seq) {
    const { last_seq, last_message, unread_count } = known
    return { ...view, read_seq, updated_at, last_seq, last_message, unread_count }
  }
  const isNewer = (known.last_message?.rev ?? 0) > (view.last_message?.rev ?? 0)
  const isSame = known.last_message?.id === view.last_message?.id
  const last_message = isSame && isNewer ? known.last_message : view.last_message
  const unread_count =
    read_seq > view.read_seq ? Math.min(view.unread_count, view.last_seq - read_seq) : view.unread_count
  return { ...view, read_seq, updated_at, last_message, unread_count }
}
