import { subjects, userChanged, type Payload } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import type { Lanes } from './lanes/lanes.ts'
import type { Staff } from './staff.ts'

/** Hears auth's live copies of its events: what this process holds in memory follows within moments. */
export async function hearAuth(
  bus: Bus,
  { lanes, staff }: { lanes: Pick<Lanes, 'updateCard'>; staff: Staff },
): Promise<void> {
  bus.nats.subscribe(subjects.broadcast(userChanged.name), {
    callback: (err, msg) => {
      if (err) return
      const changed = msg.json<Payload<typeof userChanged>>()
      lanes.updateCard(changed.card)
      staff.hear(changed)
    },
  })
  // Once changes are heard.
  await staff.refresh()
}
