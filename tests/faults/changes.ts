import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from './client.ts'
import type { Random } from './random.ts'
import type { Change, Send } from './sends.ts'

export interface ChangeOptions {
  talk: { members: readonly Client[] }
  send: Send
  /** Who sent it. */
  by: Client
  random: Random
  /** A message that is not acknowledged when this aborts stays as it is. */
  signal: AbortSignal
}

const LATER_MS = 1_500
const EMOJI = '👍'

/** Makes one change to a message, some time after it was acknowledged, over the socket until that is acknowledged too. */
export async function changeLater({ talk, send, by, random, signal }: ChangeOptions): Promise<void> {
  const waitMs = LATER_MS * random.next()
  const kind = random.pick(['edit', 'delete', 'react'] as const)
  do await delay(waitMs, undefined, { signal }).catch(() => undefined)
  while (send.acks.length === 0 && !signal.aborted && !send.isOnce)
  const message_id = send.acks[0]?.message_id
  if (message_id === undefined || signal.aborted) return

  const other = random.pick(talk.members.filter((client) => client !== by))
  const client = kind === 'react' ? other : by
  const change: Change = { kind, by: client.person.id, isAcked: false, ...fieldsOf(kind, send) }
  send.change = change
  const { content, emoji } = change
  const frame = {
    type: { edit: 'message_edit', delete: 'message_delete', react: 'message_reaction' }[kind],
    ref: randomUUID(),
    message_id,
    ...(content !== undefined && { content }),
    ...(emoji !== undefined && { emoji, action: 'add' }),
  }
  client.command({ frame, onAck: () => void (change.isAcked = true) })
}

const fieldsOf = (kind: Change['kind'], { content }: Send): Pick<Change, 'content' | 'emoji'> =>
  kind === 'edit' ? { content: `${content} edited` } : kind === 'react' ? { emoji: EMOJI } : {}
