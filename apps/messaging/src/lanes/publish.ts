import { subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import type { Outgoing } from '../domain/draft.ts'

/**
 * Sends frames on their way. Frames to the same people travel in one message, whose bytes are made once; `to` is the
 * same array for all frames of a conversation's members.
 */
export function publish(nats: Bus['nats'], outgoing: readonly Outgoing[]): void {
  const durable = new Map<readonly number[], string>()
  const ephemeral = new Map<readonly number[], string>()
  for (const { to, kind, frame } of outgoing) {
    const groups = kind === 'd' ? durable : ephemeral
    const before = groups.get(to)
    groups.set(to, before === undefined ? frame : `${before}\n${frame}`)
  }
  publishGroups(nats, durable, 'd')
  publishGroups(nats, ephemeral, 'e')
}

function publishGroups(
  nats: Bus['nats'],
  groups: Map<readonly number[], string>,
  kind: Outgoing['kind'],
): void {
  for (const [to, frames] of groups) {
    const bytes = Buffer.from(frames)
    for (const userId of to) nats.publish(subjects.user(userId, kind), bytes)
  }
}
