import type { Account } from './account.ts'
import type { LocalChange } from './local-changes.ts'
import type { LocalMessage } from './local-messages.ts'
import type { Snapshot } from './state/snapshot.ts'
import type { Keeper } from './storage.ts'

/** What an earlier client left. */
export interface Left {
  cursor: string | undefined
  messages: readonly LocalMessage[]
  changes: readonly LocalChange[]
  state: Snapshot | undefined
}

/** What is kept, and whose it is. */
interface Owned<T> {
  owner: number | undefined
  value: T
}

/** What has no name on it is nobody's. */
const ownerOf = (kept: unknown): number | undefined => (kept as Partial<Owned<unknown>> | undefined)?.owner

/** A change of a message that was being sent is worth nothing without it. */
function alive(changes: readonly LocalChange[], messages: readonly LocalMessage[]): readonly LocalChange[] {
  const ids = new Set<string | null>(messages.map(({ client_id }) => client_id))
  return changes.filter(({ message_id, client_id }) => message_id !== null || ids.has(client_id))
}

/** What outlives a client, besides its session. Others may use the same storage: each finds only what is the person's own. */
export class Kept {
  readonly #keeper: Keeper
  readonly #account: Pick<Account, 'load' | 'owner'>

  constructor(keeper: Keeper, account: Pick<Account, 'load' | 'owner'>) {
    this.#keeper = keeper
    this.#account = account
  }

  async load(): Promise<Left> {
    await this.#account.load()
    const keys = ['cursor', 'unsent', 'changes', 'state'] as const
    const [cursor, unsent, changes, state] = await Promise.all(keys.map((key) => this.#keeper.load(key)))
    const isMine = state === undefined || ownerOf(state) === this.#account.owner
    return {
      ...this.#unsent(unsent, changes),
      // What a client of this storage wrote.
      cursor: isMine ? (cursor as string | undefined) : undefined,
      state: this.#mine<Snapshot>(state),
    }
  }

  /** Takes over what another client of the person has not sent, once that is gone; what is somebody else's waits for theirs. */
  adopt(take: (left: Pick<Left, 'messages' | 'changes'>) => void): () => void {
    return this.#keeper.orphans(async (get) => {
      const [unsent, changes] = [await get('unsent'), await get('changes')]
      if (this.#isTheirs(unsent) || this.#isTheirs(changes)) throw new Error('it is kept for somebody else')
      take(this.#unsent(unsent, changes))
      await this.flush()
    })
  }

  saveMessages(messages: LocalMessage[]): void {
    void this.#keeper.save({ unsent: this.#own(messages) })
  }

  saveChanges(changes: LocalChange[]): void {
    void this.#keeper.save({ changes: this.#own(changes) })
  }

  /** What is shown is never behind the cursor: both are written at once, or it is written first. */
  moved(cursor: string, state: Snapshot | undefined): void {
    void this.#keeper.save({ state: this.#own(state), cursor })
  }

  /** Nothing can be gone on with. */
  forget(): void {
    void this.#keeper.save({ cursor: undefined, state: undefined })
  }

  flush(): Promise<void> {
    return this.#keeper.flush()
  }

  #own<T>(value: T): Owned<T> {
    return { owner: this.#account.owner, value }
  }

  #unsent(unsent: unknown, changed: unknown): Pick<Left, 'messages' | 'changes'> {
    const messages = this.#mine<LocalMessage[]>(unsent) ?? []
    return { messages, changes: alive(this.#mine<LocalChange[]>(changed) ?? [], messages) }
  }

  #mine<T>(kept: unknown): T | undefined {
    return ownerOf(kept) === this.#account.owner ? (kept as Partial<Owned<T>> | undefined)?.value : undefined
  }

  #isTheirs(kept: unknown): boolean {
    const { owner, value } = (kept ?? {}) as Partial<Owned<unknown[]>>
    return owner !== undefined && owner !== this.#account.owner && (value ?? []).length > 0
  }
}
