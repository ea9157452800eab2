import { subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'

/** Gateways ask anew who may see this person, and whom this person may see, before they show anything more of it. */
export function unwatch(nats: Bus['nats'], userId: number): void {
  nats.publish(subjects.presence(userId), JSON.stringify({ unwatch: true }))
  nats.publish(subjects.user(userId, 'c'), JSON.stringify({ unwatch: 'all' }))
}
