import { subjects } from '@parley/protocol'
import { stampOf, type Bus } from '@parley/service-kit'
import { isTopic, type Audience, type Outgoing } from '../domain/outgoing.ts'

type Kind = Outgoing['kind']

interface Group {
  to: Audience
  kind: Kind
  frames: string[]
  traces: string[]
}

/**
 * Sends frames on their way. Those of one kind to the same audience travel in one message, whose bytes are made once:
 * an audience is the same object until a conversation's members change. Where they do, what was said before goes out
 * before whatever comes after. Headers say of the first of them when it was committed, and of each the spans that have led to it.
 */
export function publish(nats: Bus['nats'], outgoing: readonly Outgoing[], isTimed = false): void {
  let isFirst = isTimed
  for (const { to, kind, frames, traces } of gather(outgoing)) {
    const headers = stampOf({ isTimed: isFirst, traces })
    const options = headers && { headers }
    const bytes = Buffer.from(frames.join('\n'))
    if (!isTopic(to)) for (const userId of to) nats.publish(subjects.user(userId, kind), bytes, options)
    else if (kind !== 'c') nats.publish(subjects.conversation(to.topic, kind), bytes, options)
    isFirst = false
  }
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
