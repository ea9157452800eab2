import { subjects } from '@parley/protocol'
import { encodeLanePart, stampOf, type Bus } from '@parley/service-kit'
import { isTopic, type Audience, type Outgoing } from '../domain/outgoing.ts'

type Kind = Outgoing['kind']

interface Group {
  to: Audience
  kind: Kind
  frames: string[]
  traces: string[]
}

/** Where frames go. */
export interface Outward {
  nats: Pick<Bus['nats'], 'publish'>
  /** The subject of the lane's frames, where every gateway hears it; undefined: each person's own. */
  together: string | undefined
}

/** NATS carries more, and others want to say something between. */
const MOST_CHARS_TOGETHER = 262_144

/**
 * Sends frames on their way. Those of one kind to the same audience travel together, and their bytes are made once:
 * an audience is the same object until a conversation's members change. Where they do, what was said before goes out
 * before whatever comes after. Headers say of the first of them when it was committed, and of each the spans that have led to it.
 */
export function publish({ nats, together }: Outward, outgoing: readonly Outgoing[], isTimed = false): void {
  let isFirst = isTimed
  let due = ''
  const stamp = (traces: readonly string[]) => {
    const headers = stampOf({ isTimed: isFirst, traces })
    isFirst = false
    return headers && { headers }
  }
  const sendDue = (): void => {
    if (together !== undefined && due !== '') nats.publish(together, due, stamp([]))
    due = ''
  }
  for (const { to, kind, frames, traces } of gather(outgoing)) {
    const lines = frames.join('\n')
    // A trace is of one person's frames; control is not for sockets.
    if (together !== undefined && !isTopic(to) && kind !== 'c' && traces.length === 0) {
      const part = encodeLanePart({ kind, userIds: to, frames: lines })
      if (due.length + part.length > MOST_CHARS_TOGETHER) sendDue()
      due += part
      continue
    }
    sendDue()
    const options = stamp(traces)
    const bytes = Buffer.from(lines)
    if (!isTopic(to)) for (const userId of to) nats.publish(subjects.user(userId, kind), bytes, options)
    else if (kind !== 'c') nats.publish(subjects.conversation(to.topic, kind), bytes, options)
  }
  sendDue()
}

function gather(outgoing: readonly Outgoing[]): Group[] {
  const groups: Group[] = []
  const byAudience = new Map<Audience, Partial<Record<Kind, Group>>>()
  for (const { to, kind, frame, trace } of outgoing) {
    let known = byAudience.get(to)
    if (!known) byAudience.set(to, (known = {}))
    let group = known[kind]
    if (group) group.frames.push(frame)
    else groups.push((group = known[kind] = { to, kind, frames: [frame], traces: [] }))
    if (trace !== undefined) group.traces.push(trace)
  }
  return groups
}
