import { type Change, ConversationLog } from './conversation.ts'
import type { Environment } from './environment.ts'
import { type PullAnswer, Repairs } from './repairs.ts'
import type { AnyFrame } from './wire.ts'

type ChangeFrame = AnyFrame & Change

export interface InboxOptions {
  environment: Pick<Environment, 'after' | 'random'>
  pull: (conversationId: number, afterRev: number) => Promise<PullAnswer>
  /** Tells the application; gives the work that its listeners go on with. */
  emit: (frame: AnyFrame) => Promise<void>[]
  /** Everything before `cursor` is applied. */
  moved: (cursor: string) => void
}

const isChange = (frame: AnyFrame): frame is ChangeFrame =>
  typeof frame['rev'] === 'number' && typeof frame['conversation_id'] === 'number'

/** The conversation that a frame gives up replaying in full; undefined for every other frame. */
const behind = (frame: AnyFrame): number | undefined =>
  frame.type === 'conversation_update' && frame['event'] === 'conversation.behind'
    ? (frame['conversation'] as { id: number }).id
    : undefined

/** Brings what sockets deliver into order: each change once, gaps closed, and the cursor behind what is applied. */
export class Inbox {
  readonly #options: InboxOptions
  readonly #logs = new Map<number, ConversationLog<ChangeFrame>>()
  readonly #repairs: Repairs<ChangeFrame>
  readonly #working = new Set<Promise<void>>()
  #cursor: string | undefined
  /** Waits until listeners have done what came before it. */
  #moving: { cursor: string; after: Set<Promise<void>> } | undefined
  /** Waits until no gap is open: frames below it may be missing. */
  #nextCursor: string | undefined

  constructor(options: InboxOptions) {
    this.#options = options
    this.#repairs = new Repairs({
      environment: options.environment,
      pull: options.pull,
      due: (frames) => this.#emit(frames),
      gone: (id) => void this.#logs.delete(id),
      whole: () => this.#move(),
    })
  }

  get cursor(): string | undefined {
    return this.#cursor
  }

  /** The last change of a conversation that was told; 0 when there was none. */
  rev(id: number): number {
    return this.#logs.get(id)?.rev ?? 0
  }

  /** The application has a conversation up to a rev. */
  begin(id: number, rev: number): void {
    this.#log(id).begin(rev)
  }

  /** All frames of a conversation up to a rev have come. */
  complete(id: number, rev: number): void {
    const log = this.#log(id)
    this.#emit(log.pulled(rev))
    this.#repairs.look(id, log)
  }

  /** There is more in a conversation than has come: asks for it. */
  announce(id: number, rev: number): void {
    const log = this.#log(id)
    log.announce(rev)
    this.#repairs.look(id, log)
  }

  /** Goes on from a cursor that an earlier client kept. */
  restore(cursor: string): void {
    this.#cursor ??= cursor
  }

  /** Nothing can be continued: what is known counts no more. */
  forget(): void {
    this.lost()
    this.#logs.clear()
    this.#cursor = undefined
    this.#moving = undefined
  }

  /** No socket is there. */
  lost(): void {
    this.#repairs.stop()
    this.#nextCursor = undefined
  }

  /** Takes what one socket delivers. Until it is caught up, changes wait: live ones may overtake the replay. */
  receiver(): (frame: AnyFrame) => void {
    const isResumed = this.#cursor !== undefined
    let replay: AnyFrame[] | undefined = []
    if (isResumed) this.syncBegins()
    return (frame) => {
      if (frame.type === 'caught_up') {
        if (replay) this.#replayed(replay, isResumed)
        replay = undefined
        return this.#caughtUp(frame)
      }
      if (replay && (isChange(frame) || behind(frame) !== undefined)) replay.push(frame)
      else this.#live(frame)
    }
  }

  /** A `sync` goes out. */
  syncBegins(): void {
    for (const log of this.#logs.values()) log.syncBegins()
  }

  #live(frame: AnyFrame): void {
    if (isChange(frame)) {
      const log = this.#log(frame.conversation_id)
      this.#emit(log.receive(frame))
      return this.#repairs.look(frame.conversation_id, log)
    }
    const id = behind(frame)
    if (id !== undefined) {
      const log = this.#log(id)
      this.#emit(log.skip())
      this.#repairs.look(id, log)
    }
    this.#emit([frame])
  }

  #replayed(frames: AnyFrame[], isResumed: boolean): void {
    const changes = Map.groupBy(frames.filter(isChange), ({ conversation_id }) => conversation_id)
    for (const [id, replay] of changes) {
      const log = this.#log(id)
      // Without a cursor nothing is replayed: what came is live, and only its order may be wrong.
      const inOrder = replay.toSorted((a, b) => a.rev - b.rev)
      this.#emit(isResumed ? log.replay(replay) : inOrder.flatMap((frame) => log.receive(frame)))
      this.#repairs.look(id, log)
    }
    this.#emit(frames.filter((frame) => !isChange(frame)))
  }

  #caughtUp(frame: AnyFrame): void {
    for (const log of this.#logs.values()) log.syncEnds()
    this.#nextCursor = String(frame['cursor'])
    this.#emit([frame])
    if (this.#repairs.isWhole) this.#move()
  }

  #move(): void {
    const cursor = this.#nextCursor
    if (cursor === undefined) return
    this.#cursor = cursor
    this.#nextCursor = undefined
    this.#moving = { cursor, after: new Set(this.#working) }
    this.#look()
  }

  /** What is applied may be behind the cursor that is kept only by what listeners have not finished. */
  #look(): void {
    if (!this.#moving || this.#moving.after.size > 0) return
    const { cursor } = this.#moving
    this.#moving = undefined
    this.#options.moved(cursor)
  }

  #finished(work: Promise<void>): void {
    this.#working.delete(work)
    this.#moving?.after.delete(work)
    this.#look()
  }

  #emit(frames: AnyFrame[]): void {
    for (const frame of frames) {
      for (const work of this.#options.emit(frame)) {
        this.#working.add(work)
        void work.finally(() => this.#finished(work))
      }
    }
  }

  #log(id: number): ConversationLog<ChangeFrame> {
    let log = this.#logs.get(id)
    if (!log) this.#logs.set(id, (log = new ConversationLog()))
    return log
  }
}
