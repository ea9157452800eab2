import type { LocalChange } from './local-changes.ts'
import type { LocalMessage } from './local-messages.ts'
import type { Snapshot } from './state/snapshot.ts'
import { type Keeper, Stored } from './storage.ts'

/** What an earlier client left. */
export interface Left {
  cursor: string | undefined
  messages: readonly LocalMessage[]
  changes: readonly LocalChange[]
  state: Snapshot | undefined
}

/** A change of a message that was being sent is worth nothing without it. */
function alive(changes: readonly LocalChange[], messages: readonly LocalMessage[]): readonly LocalChange[] {
  const ids = new Set<string | null>(messages.map(({ client_id }) => client_id))
  return changes.filter(({ message_id, client_id }) => message_id !== null || ids.has(client_id))
}

/** What outlives a client, besides its session. */
export class Kept {
  readonly #keeper: Keeper
  readonly unsent: Stored<LocalMessage[]>
  readonly changes: Stored<LocalChange[]>

  constructor(keeper: Keeper) {
    this.#keeper = keeper
    this.unsent = new Stored('unsent', keeper)
    this.changes = new Stored('changes', keeper)
  }

  async load(): Promise<Left> {
    const [cursor, messages = [], changes = [], state] = await Promise.all([
      new Stored<string>('cursor', this.#keeper).load(),
      this.unsent.load(),
      this.changes.load(),
      new Stored<Snapshot>('state', this.#keeper).load(),
    ])
    return { cursor, messages, changes: alive(changes, messages), state }
  }

  /** Takes over what another client has not sent, once that is gone. */
  adopt(take: (left: Pick<Left, 'messages' | 'changes'>) => void): () => void {
    return this.#keeper.orphans(async (get) => {
      // What a client of this storage wrote.
      const messages = ((await get('unsent')) ?? []) as LocalMessage[]
      const changes = ((await get('changes')) ?? []) as LocalChange[]
      take({ messages, changes: alive(changes, messages) })
      await this.flush()
    })
  }

  /** What is shown is never behind the cursor: both are written at once, or it is written first. */
  moved(cursor: string, state: Snapshot | undefined): void {
    void this.#keeper.save({ state, cursor })
  }

  /** Nothing can be gone on with. */
  forget(): void {
    void this.#keeper.save({ cursor: undefined, state: undefined })
  }

  flush(): Promise<void> {
    return this.#keeper.flush()
  }
}
