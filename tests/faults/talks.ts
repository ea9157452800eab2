import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { changeLater } from './changes.ts'
import type { Client } from './client.ts'
import type { Random } from './random.ts'
import type { Send } from './sends.ts'

/** A conversation, and everything that was done in it. */
export interface Talk {
  conversation_id: number
  /** One client of each person who is in it all the time. */
  members: readonly Client[]
  /** Their clients and those of their other devices. */
  screens: readonly Client[]
  sends: Send[]
  /** The highest `seq` that somebody has marked as read and got an ack for, by user id. */
  read: Map<number, number>
}

export interface TalkOn {
  talk: Talk
  by: Client
  random: Random
  everyMs: number
  remember: (send: Send) => void
  signal: AbortSignal
}

// Of a hundred sends, 20 go over HTTP, and 5 of those are tried once.
const HTTP_PART = 0.2
const ONCE_PART = 0.05
const CHANGED_PART = 0.25
const READ_PART = 0.1
// A person who sees so many unsent messages writes no other: what an outage leaves behind stays bounded.
const MOST_UNACKED = 10

/** One member's part in a conversation, until it is told to stop. */
export async function talkOn({ talk, by, random, everyMs, remember, signal }: TalkOn): Promise<void> {
  const underWay = new Set<Promise<void>>()
  for (let n = 1; !signal.aborted;) {
    await delay(everyMs * 2 * random.next(), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    if (by.unacked >= MOST_UNACKED) continue
    const chance = random.next()
    const send: Send = {
      client_id: randomUUID(),
      conversation_id: talk.conversation_id,
      content: `${by.person.username} ${n++}`,
      isOnce: chance < ONCE_PART,
      acks: [],
      begunAt: performance.now(),
    }
    talk.sends.push(send)
    remember(send)
    by.send(send, chance < HTTP_PART ? 'http' : 'socket')
    if (random.next() < READ_PART) markRead(talk, by)
    if (random.next() > CHANGED_PART) continue
    const change: Promise<void> = changeLater({ talk, send, by, random, signal }).finally(() =>
      underWay.delete(change),
    )
    underWay.add(change)
  }
  await Promise.all(underWay)
}

function markRead({ conversation_id, read }: Talk, by: Client): void {
  const seq = by.log(conversation_id).lastSeq
  if (seq === 0) return
  const frame = { type: 'read_receipt', ref: randomUUID(), conversation_id, seq }
  const { id } = by.person
  by.command({ frame, onAck: () => void read.set(id, Math.max(seq, read.get(id) ?? 0)) })
}
