import type { ShownMessage } from '@parley/client/state'

/** What one is about to write: a message of its own, an answer, or another text for what one has said. */
export type Intent = { kind: 'new' } | { kind: 'reply' | 'edit'; message: ShownMessage }

export const NEW: Intent = { kind: 'new' }

/** What a message asks of the pane that it is shown in. */
export interface PaneActions {
  onIntent: (intent: Intent) => void
  /** Shows the answers to a message; absent where they are shown already. */
  onThread?: ((id: number) => void) | undefined
  /** The first message that is new is in sight. */
  onUnreadSeen?: () => void
}
