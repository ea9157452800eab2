import { headers, type MsgHdrs } from '@nats-io/nats-core'

const COMMITTED_AT = 'Parley-Committed-At'
const TRACEPARENT = 'traceparent'

export interface Stamp {
  /** Says that what the message tells is committed now, for whoever measures how late it arrives. */
  isTimed: boolean
  /** The spans that have led to it. */
  traces: readonly string[]
}

/** What is said with a message besides what it says; undefined for nothing. */
export function stampOf({ isTimed, traces }: Stamp): MsgHdrs | undefined {
  if (!isTimed && traces.length === 0) return undefined
  const stamp = headers()
  if (isTimed) stamp.set(COMMITTED_AT, String(Date.now()))
  for (const traceparent of traces) stamp.append(TRACEPARENT, traceparent)
  return stamp
}

/** How long ago the commit was, by this machine's clock; undefined where nothing is said of it. */
export function secondsSinceCommit(stamp: MsgHdrs): number | undefined {
  const at = Number(stamp.get(COMMITTED_AT))
  return at > 0 ? Math.max(0, Date.now() - at) / 1_000 : undefined
}

export const tracesOf = (stamp: MsgHdrs): readonly string[] => stamp.values(TRACEPARENT)
