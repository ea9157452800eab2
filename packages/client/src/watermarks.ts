import type { Environment } from './environment.ts'
import { Trying } from './trying.ts'

export interface WatermarksOptions<A> {
  environment: Pick<Environment, 'after' | 'random'>
  /** Moves one watermark on the server. */
  move: (mark: { conversation_id: number; seq: number }) => Promise<A>
}

interface Mark<A> {
  seq: number
  moved: PromiseWithResolvers<A>
}
interface Lane<A> {
  now: Mark<A>
  next: Mark<A> | undefined
}

/** How far a person has read, by conversation. Calls made while one is under way merge: only the highest goes out. */
export class Watermarks<A> {
  readonly #move: WatermarksOptions<A>['move']
  readonly #trying: Trying
  readonly #lanes = new Map<number, Lane<A>>()

  constructor({ environment, move }: WatermarksOptions<A>) {
    this.#move = move
    this.#trying = new Trying(environment)
  }

  /** Resolves once the server has a mark that is not lower. Needs not be awaited. */
  mark(conversation_id: number, seq: number): Promise<A> {
    const lane = this.#lanes.get(conversation_id)
    if (!lane) {
      const now = markOf<A>(seq)
      // Never rejects: each mark hears of its own failure.
      void this.#run(conversation_id, { now, next: undefined })
      return now.moved.promise
    }
    if (lane.now.seq >= seq) return lane.now.moved.promise
    lane.next ??= markOf<A>(seq)
    lane.next.seq = Math.max(lane.next.seq, seq)
    return lane.next.moved.promise
  }

  /** Ends the waits between attempts. */
  stop(): void {
    this.#trying.hasten()
  }

  async #run(conversation_id: number, lane: Lane<A>): Promise<void> {
    this.#lanes.set(conversation_id, lane)
    for (let mark: Mark<A> | undefined = lane.now; mark; mark = lane.next) {
      lane.now = mark
      lane.next = undefined
      const { seq } = mark
      const moving = this.#trying.until(() => this.#move({ conversation_id, seq }))
      await moving.then(mark.moved.resolve, mark.moved.reject)
    }
    this.#lanes.delete(conversation_id)
  }
}

function markOf<A>(seq: number): Mark<A> {
  const moved = Promise.withResolvers<A>()
  moved.promise.catch(() => {})
  return { seq, moved }
}
