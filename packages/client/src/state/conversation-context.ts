import type { Environment } from '../environment.ts'
import type { Actions, Call } from '../extension.ts'
import type { LocalChanges } from '../local-changes.ts'
import type { LocalMessage } from '../local-messages.ts'
import type { Source } from '../source.ts'
import type { User } from '../wire.ts'
import type { ConversationStore } from './conversation-store.ts'
import type { Typists } from './typists.ts'
import type { Viewers } from './viewers.ts'

/** What all conversations of one client have in common. */
export interface ConversationContext {
  environment: Environment
  user: Source<User | undefined>
  call: Call
  actions: Actions
  /** Own messages that have not come back. */
  messages: Source<readonly LocalMessage[]>
  changes: LocalChanges
  store: ConversationStore
  viewers: Viewers
  typists: Typists
}
