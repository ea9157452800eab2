import { ParleyClient } from '@parley/client'
import { indexedDbStorage } from '@parley/client/indexed-db'
import { ParleyState } from '@parley/client/state'
import { joinTabs } from '@parley/client/tabs'

/** The one client of this page, and what it shows. All tabs share one socket and what is kept: session, outbox, newest conversations. */
export function createState(): ParleyState {
  const tabs = joinTabs({ name: 'parley', storage: indexedDbStorage({ name: 'parley' }) })
  return new ParleyState(new ParleyClient({ url: location.origin, ...tabs.options }))
}
