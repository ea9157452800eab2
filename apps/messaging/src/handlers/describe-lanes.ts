import { describeLanes } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'

export function describeLanesHandler({ store }: Pick<Deps, 'store'>, { SEND_BURST, SEND_RATE }: Config) {
  return handle(describeLanes, () =>
    Promise.resolve({ ...store, sends_per_second: SEND_RATE, burst: SEND_BURST }),
  )
}
