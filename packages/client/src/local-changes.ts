import { RpcError } from './errors.ts'
import type { Queue, Work } from './outbox.ts'
import { Cell } from './source.ts'
import type { CommandType, SendAck } from './wire.ts'

/** What a person can do to a message. */
export type Operation =
  | { type: 'edit'; content: string }
  /** `hide` deletes for oneself alone. */
  | { type: 'delete' | 'hide' }
  | { type: 'react'; emoji: string; action: 'add' | 'remove' }

/** A change of a message that was made here and is not among the received ones. */
export interface LocalChange {
  id: string
  /** Of the conversation, or of the message that is still being sent. */
  lane: string
  /** Null while the message is being sent; then `client_id` names it. */
  message_id: number | null
  client_id: string | null
  operation: Operation
  made_at: string
  /** The server has it, as of this rev of the conversation. */
  rev?: number
}

interface Entry {
  change: LocalChange
  order: number
  promise: PromiseWithResolvers<void>
}

export interface LocalChangesOptions {
  report: (error: unknown) => void
  /** Keeps what is not acknowledged. */
  save: (changes: LocalChange[]) => void
  order: () => number
  /** There is work on a lane. */
  wake: (lane: string) => void
  /** Whether its effect is in what is shown, or nobody shows the message. */
  hasArrived: (change: LocalChange, rev: number) => boolean
}

function deferred(): PromiseWithResolvers<void> {
  const promise = Promise.withResolvers<void>()
  // What is shown tells it as well: who does not await the promise has missed nothing.
  promise.promise.catch(() => {})
  return promise
}

/** The command that makes a change on the server. All can be repeated: none toggles. */
function command(message_id: number, operation: Operation): Pick<Work, 'type' | 'fields'> {
  const of = <T extends CommandType>(type: T, fields: Work<T>['fields']) => ({ type, fields })
  switch (operation.type) {
    case 'edit':
      return of('message_edit', { message_id, content: operation.content })
    case 'delete':
      return of('message_delete', { message_id })
    case 'hide':
      return of('message_delete', { message_id, for: 'me' })
    case 'react': {
      const { emoji, action } = operation
      return of('message_reaction', { message_id, emoji, action })
    }
  }
}

/**
 * Changes that lie over what the server has said: each from its call until the server refused it, or confirmed it and its
 * effect has come with the events. What lies below stays untouched, so that taking one away is all that a refusal needs.
 */
export class LocalChanges implements Queue {
  readonly #options: LocalChangesOptions
  readonly #entries = new Map<string, Entry>()
  #isRestored = false
  readonly all: Cell<readonly LocalChange[]>

  constructor(options: LocalChangesOptions) {
    this.#options = options
    this.all = new Cell<readonly LocalChange[]>([], options.report)
  }

  restore(changes: readonly LocalChange[]): void {
    this.#isRestored = true
    const added = [...this.#entries]
    this.#entries.clear()
    for (const [n, change] of changes.entries())
      this.#entries.set(change.id, { change, order: n - changes.length, promise: deferred() })
    for (const [id, entry] of added) this.#entries.set(id, entry)
    this.#changed()
  }

  /** Resolves when it is committed; rejects when it was refused for good or the client was closed before. */
  add(change: LocalChange): Promise<void> {
    const promise = deferred()
    const before = this.all.get().find((earlier) => isSameMessage(earlier, change))
    const lane = before?.lane ?? change.lane
    this.#entries.set(change.id, { change: { ...change, lane }, order: this.#options.order(), promise })
    this.#changed()
    this.#options.wake(lane)
    return promise.promise
  }

  lanes(): readonly string[] {
    return this.all.get().map(({ lane }) => lane)
  }

  due(lane: string): Work | undefined {
    for (const { change, order } of this.#entries.values()) {
      const { id, message_id, operation, rev } = change
      if (change.lane !== lane || message_id === null || rev !== undefined) continue
      return {
        order,
        ...command(message_id, operation),
        // Each of these acks names the rev.
        accept: (answer) => this.#accept(id, Number(answer['rev'])),
        refuse: (error) => this.#refuse(id, error),
      }
    }
    return undefined
  }

  interrupt(error: RpcError): void {
    for (const { promise } of this.#entries.values()) promise.reject(error)
  }

  /** A message that was being sent is stored, or never will be. */
  settled(client_id: string, outcome: SendAck | RpcError): void {
    const waiting = [...this.#entries.values()].filter(
      ({ change }) => change.client_id === client_id && change.message_id === null,
    )
    for (const entry of waiting) {
      if (outcome instanceof RpcError) {
        this.#refuse(entry.change.id, outcome)
        continue
      }
      entry.change = { ...entry.change, message_id: outcome.message_id }
      this.#changed()
      this.#options.wake(entry.change.lane)
    }
  }

  /** Events were applied: takes away what they have brought. */
  arrived(): void {
    let isChanged = false
    for (const [id, { change }] of this.#entries) {
      if (change.rev === undefined || !this.#options.hasArrived(change, change.rev)) continue
      this.#entries.delete(id)
      isChanged = true
    }
    if (isChanged) this.#changed()
  }

  clear(): void {
    this.interrupt(new RpcError({ code: 'signed_out' }))
    this.#isRestored = true
    this.#entries.clear()
    this.#changed()
  }

  #accept(id: string, rev: number): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.promise.resolve()
    entry.change = { ...entry.change, rev }
    this.#changed()
    this.arrived()
  }

  #refuse(id: string, error: RpcError): void {
    this.#entries.get(id)?.promise.reject(error)
    this.#entries.delete(id)
    this.#changed()
  }

  #changed(): void {
    const changes = [...this.#entries.values()].map(({ change }) => change)
    this.all.set(changes)
    if (this.#isRestored) this.#options.save(changes.filter(({ rev }) => rev === undefined))
  }
}

const isSameMessage = (a: LocalChange, b: LocalChange): boolean =>
  a.message_id === null || b.message_id === null
    ? a.client_id !== null && a.client_id === b.client_id
    : a.message_id === b.message_id
