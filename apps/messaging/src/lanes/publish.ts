import { subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import type { Outgoing } from '../domain/draft.ts'

/** Sends frames on their way: one message a person and class, whatever the number of frames. */
export function publish(nats: Bus['nats'], outgoing: readonly Outgoing[]): void {
  const bySubject = new Map<string, string>()
  for (const { to, kind, frame } of outgoing) {
    for (const userId of to) {
      const subject = subjects.user(userId, kind)
      const before = bySubject.get(subject)
      bySubject.set(subject, before === undefined ? frame : `${before}\n${frame}`)
    }
  }
  for (const [subject, frames] of bySubject) nats.publish(subject, frames)
}
