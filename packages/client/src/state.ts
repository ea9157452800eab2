import type { ParleyClient } from './client.ts'
import type { Source } from './source.ts'
import type { ConversationList } from './state/conversation-store.ts'
import type { LiveConversation } from './state/live-conversation.ts'
import { LocalState } from './state/local-state.ts'
import type { Matching } from './state/matching.ts'
import type { Notifications } from './state/notifications.ts'
import type { Presence } from './state/presences.ts'

export type { ConversationList } from './state/conversation-store.ts'
export type { HistoryStatus } from './state/history.ts'
export type { LiveConversation, MessageRef } from './state/live-conversation.ts'
export type { Matching } from './state/matching.ts'
export type { Notifications } from './state/notifications.ts'
export type { PagedList } from './state/paged-list.ts'
export type { ListStatus } from './state/pager.ts'
export type { Presence } from './state/presences.ts'
export type { ShownMessage } from './state/shown-messages.ts'
export type { Typist } from './state/typists.ts'

/** What an application shows, added up from what a client hears. Make it before the client connects. */
export class ParleyState {
  readonly client: ParleyClient
  /** Own conversations, newest activity first. */
  readonly conversations: ConversationList
  /** People to like or pass, and matches. */
  readonly matching: Matching
  readonly notifications: Notifications
  readonly #local: LocalState

  constructor(client: ParleyClient) {
    this.client = client
    this.#local = client.extend((core) => new LocalState(core))
    this.conversations = this.#local.conversations
    this.matching = this.#local.matching
    this.notifications = this.#local.notifications
  }

  /** One conversation with its messages, members and signs of typing; the same object for the same id. */
  conversation(id: number): LiveConversation {
    return this.#local.conversation(id)
  }

  /** Whether a person is there; asked of the server while somebody subscribes. */
  presence(user_id: number): Source<Presence> {
    return this.#local.presences.of(user_id)
  }
}
