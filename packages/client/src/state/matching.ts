import type { Candidate, Match } from '@parley/protocol'
import type { AnyFrame, Result, ServerFrames } from '../wire.ts'
import type { Environment } from '../environment.ts'
import { toRpcError } from '../errors.ts'
import type { Call } from '../extension.ts'
import { PagedItems, type PagedList } from './paged-list.ts'
import type { Followed } from './pager.ts'

/** So many are left in the deck when the next ones are loaded. */
const FEW = 5

/** People to like or pass, and those who liked back. */
export class Matching implements Followed {
  /** The deck, best first. Whoever is liked or passed leaves it at once. */
  readonly candidates: PagedList<Candidate>
  /** Newest first. */
  readonly matches: PagedList<Match>
  readonly #call: Call
  readonly #candidates: PagedItems<Candidate>
  readonly #matches: PagedItems<Match>
  /** Whom an `undo` brings back. */
  #decided: Candidate | undefined

  constructor(environment: Pick<Environment, 'after' | 'random' | 'report'>, call: Call) {
    this.#call = call
    this.candidates = this.#candidates = new PagedItems<Candidate>({
      environment,
      list: (input) => call('matching.list_candidates', input),
      idOf: ({ user }) => user.id,
    })
    this.matches = this.#matches = new PagedItems<Match>({
      environment,
      list: (input) => call('matching.list_matches', input),
      idOf: ({ id }) => id,
      timeOf: ({ created_at }) => created_at,
    })
  }

  /** Rejects with RpcError when the server refuses: then the person is back in the deck, unless there is nobody any more. */
  async like(user_id: number): Promise<Result<'matching.like'>> {
    const liked = await this.#decide(user_id, () => this.#call('matching.like', { user_id }))
    if (liked.status === 'matched') this.#matches.put(liked.match)
    return liked
  }

  /** As `like`. */
  async pass(user_id: number): Promise<void> {
    await this.#decide(user_id, () => this.#call('matching.pass', { user_id }))
  }

  /** Takes back the last like or pass, unless it has become a match; the person is back in the deck. */
  async undo(): Promise<Result<'matching.undo'>> {
    const undone = await this.#call('matching.undo', {})
    if (this.#decided?.user.id === undone.user_id) this.#candidates.put(this.#decided)
    // Decided on elsewhere, or before a reload of the page: only the server knows what was shown.
    else this.#candidates.reset()
    this.#decided = undefined
    return undone
  }

  /** Ends a match; the conversation closes for both. */
  async unmatch(match_id: number): Promise<void> {
    await this.#call('matching.unmatch', { match_id })
    this.#matches.remove(match_id)
  }

  /** @internal */
  apply(frame: AnyFrame): void {
    // The server's frames are what the protocol says.
    if (frame.type === 'new_match') this.#matches.put((frame as unknown as ServerFrames['new_match']).match)
    if (frame.type === 'match_removed')
      this.#matches.remove((frame as unknown as ServerFrames['match_removed']).match_id)
  }

  /** @internal */
  connected(): void {
    for (const list of this.#lists) list.connected()
  }

  /** @internal */
  reset(): void {
    for (const list of this.#lists) list.reset()
  }

  /** @internal */
  stop(): void {
    for (const list of this.#lists) list.stop()
  }

  /** @internal */
  forget(): void {
    this.#decided = undefined
    for (const list of this.#lists) list.forget()
  }

  get #lists(): readonly Followed[] {
    return [this.#candidates, this.#matches]
  }

  async #decide<T>(user_id: number, call: () => Promise<T>): Promise<T> {
    const candidate = this.#candidates.find(user_id)
    this.#candidates.remove(user_id)
    try {
      const answer = await call()
      this.#decided = candidate
      if (this.#candidates.get().length < FEW) this.#refill()
      return answer
    } catch (error) {
      if (candidate && toRpcError(error).code !== 'user_not_found') this.#candidates.put(candidate)
      throw error
    }
  }

  #refill(): void {
    const { isLoaded, hasMore } = this.#candidates.status.get()
    // A failure stands in the deck's `status`.
    if (isLoaded && hasMore) this.#candidates.loadMore().catch(() => {})
  }
}
