import { reportPresence } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function reportPresenceHandler({ presence }: Pick<Deps, 'presence'>) {
  return handle(reportPresence, async ({ shard, ...report }) => presence.report(shard, report))
}
