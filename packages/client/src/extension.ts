import type { Environment } from './environment.ts'
import type { LocalChange, LocalChanges } from './local-changes.ts'
import type { LocalMessage } from './local-messages.ts'
import type { MessageExtras, Sending } from './options.ts'
import type { Source } from './source.ts'
import type { Snapshot } from './state/snapshot.ts'
import type { Ack, AnyFrame, Input, OperationName, Result, User } from './wire.ts'

export type Call = <N extends OperationName>(name: N, input: Input<N>) => Promise<Result<N>>

/** What a client does in a conversation. */
export interface Actions {
  send: (id: number, content: string, extras: MessageExtras) => Sending
  markRead: (id: number, seq: number) => void
  markDelivered: (id: number, seq: number) => Promise<unknown>
  setTyping: (id: number, is_typing: boolean) => void
}

/** What a state needs of the connection. */
export interface StateLink {
  outgoing: { messages: { all: Source<readonly LocalMessage[]> }; changes: LocalChanges }
  /** Whether a socket is caught up. */
  readonly isLive: boolean
  /** Drops what cannot go out at once. */
  tell: (frame: AnyFrame) => void
  /** Resolves when every frame of a conversation comes, and those above what is known have come. */
  attach: (id: number, knownRev: number | undefined) => Promise<void>
  /** There is more in a conversation than has come. */
  announce: (id: number, rev: number) => void
}

/** What a client lends to that which adds up what it hears. */
export interface Core {
  environment: Environment
  user: Source<User | undefined>
  call: Call
  actions: Actions
  link: StateLink
}

/** Adds up what a client hears. A client has one at most, and works without. */
export interface Extension {
  /** Takes frames in the order of the inbox. */
  apply(frame: AnyFrame): void
  /** The person has read up to a message here: shown at once, and as the server has it when it answers. */
  read(id: number, seq: number, acknowledged: Promise<Ack<'read_receipt'>>): void
  /** A socket is caught up. Unless it resumed, what was loaded before it may miss what came in between. */
  connected(socket: { isResumed: boolean }): void
  snapshot(): Snapshot
  /** Shows what was kept until there is something newer. */
  restore(snapshot: Snapshot): void
  /** Whether the effect of a confirmed change is in what is shown, or the message is shown nowhere. */
  hasArrived(change: LocalChange, rev: number): boolean
  /** Nothing is tried any more; what is here stays. */
  stop(): void
  /** It was another person's. */
  forget(): void
}
