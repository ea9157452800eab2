import { subjects, userChanged, type Payload } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'
import type { Lanes } from './lanes/lanes.ts'
import type { Staff } from './staff.ts'

/** Hears auth's live copies of its events: what this process holds in memory follows within moments. */
export async function hearAuth(
  bus: Bus,
  { lanes, staff, log }: { lanes: Pick<Lanes, 'updateCard'>; staff: Staff; log: Logger },
): Promise<void> {
  bus.nats.subscribe(subjects.broadcast(userChanged.name), {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear what auth changes')
      const changed = msg.json<Payload<typeof userChanged>>()
      lanes.updateCard(changed.card)
      staff.hear(changed)
    },
  })
  // Once changes are heard.
  await bus.nats.flush()
  await staff.refresh()
}
