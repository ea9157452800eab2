import type { ShownMessage } from '@parley/client/state'

/** Messages of one person closer than this stand together. */
const TOGETHER_MS = 5 * 60_000

export interface Row {
  key: string
  message: ShownMessage
  /** What it answers, where that is here. */
  parent: ShownMessage | undefined
  /** The first of its day: a rule with the day stands above it. */
  startsDay: boolean
  /** The first that is unread: a rule stands above it. */
  startsUnread: boolean
  /** Begins and ends what one person said in one go. */
  startsGroup: boolean
  endsGroup: boolean
}

/** Telling the day of a time takes longer than anything else here. */
const days = new WeakMap<ShownMessage, string>()

function dayOf(message: ShownMessage): string {
  const known = days.get(message)
  if (known !== undefined) return known
  const day = new Date(message.created_at).toDateString()
  days.set(message, day)
  return day
}

function isTogether(earlier: ShownMessage, later: ShownMessage): boolean {
  return (
    earlier.sender.id === later.sender.id &&
    earlier.kind === 'text' &&
    later.kind === 'text' &&
    dayOf(earlier) === dayOf(later) &&
    Date.parse(later.created_at) - Date.parse(earlier.created_at) < TOGETHER_MS
  )
}

export interface RowOptions {
  meId: number
  /** Up to where the person had read when the conversation was opened; undefined when all was read. */
  readSeq: number | undefined
}

/** How messages stand below each other. A message keeps its key from the moment it is written. */
export function rowsOf(messages: readonly ShownMessage[], { meId, readSeq }: RowOptions): Row[] {
  const isUnread = ({ seq, sender }: ShownMessage) =>
    readSeq !== undefined && seq !== null && seq > readSeq && sender.id !== meId
  const byId = new Map(messages.map((message) => [message.id, message]))
  const firstUnread = messages.findIndex(isUnread)
  return messages.map((message, index) => {
    const before = messages[index - 1]
    const after = messages[index + 1]
    const startsDay = !before || dayOf(before) !== dayOf(message)
    const startsUnread = index === firstUnread
    return {
      key: message.client_id ?? String(message.id),
      message,
      parent: message.parent_message_id === null ? undefined : byId.get(message.parent_message_id),
      startsDay,
      startsUnread,
      startsGroup: startsUnread || !before || !isTogether(before, message),
      endsGroup: !after || index + 1 === firstUnread || !isTogether(message, after),
    }
  })
}

/** A message and the answers to it, which stand apart from it. */
export function threadRowsOf(root: ShownMessage, replies: readonly ShownMessage[], meId: number): Row[] {
  const rows = rowsOf([root, ...replies], { meId, readSeq: undefined })
  return rows.map((row, index) => {
    if (index === 0) return { ...row, endsGroup: true }
    return index === 1 ? { ...row, startsGroup: true } : row
  })
}
