import {
  eventsOfReplayed,
  type Dialect,
  type Scope,
  type ServerEvent,
  type ServerEventOf,
} from '@parley/protocol'
import { writeEvent, type Batch } from '../socket/batch.ts'
import { isChange, Memory } from './memory.ts'
import type { LegacyPlace } from './paths.ts'

export interface LegacyOptions extends LegacyPlace {
  /** The last message that the client has, as it says itself. */
  since: string | null
  isStaff: Scope['isStaff']
  now: number
}

/** What happens to a socket that it cannot mend by itself. */
export interface LegacyEvents {
  /** Frames are missing. */
  heal(): void
  /** Other people are concerned than before. */
  peopleChanged(): void
}

const changesPeople = new Set([
  'conversation.create',
  'conversation.member_joined',
  'conversation.member_left',
  'conversation.close',
])

/** What a socket of another protocol has beside a native one: its words, and what its client has had already. */
export class LegacySocket {
  readonly dialect: Dialect
  readonly since: string | null
  scope: Scope
  events: LegacyEvents | undefined
  readonly #memory: Memory
  /** The `client_id`s that were sent here, until they come back, where the client is not told of its own messages. */
  readonly #sentHere = new Set<string>()

  constructor({ dialect, channel, conversation_id, since, isStaff, now }: LegacyOptions) {
    this.dialect = dialect
    this.since = since
    this.scope = { channel, conversation_id, viewer: { id: 0, email: null }, isStaff }
    this.#memory = new Memory(now)
  }

  /** Whether the client can be told who is there. */
  get showsStatus(): boolean {
    return this.dialect.knows('user_status', this.scope)
  }

  setViewer(viewer: Scope['viewer']): void {
    this.scope = { ...this.scope, viewer }
  }

  /** Sees a conversation as of a `rev`. */
  begin(conversationId: number, rev: number): void {
    this.#memory.begin(conversationId, rev)
  }

  sends(clientId: string): void {
    if (!this.dialect.echoes) this.#sentHere.add(clientId)
  }

  hasNotSent(clientId: string): void {
    this.#sentHere.delete(clientId)
  }

  misses(batch: Batch): boolean {
    return batch.events.some((event) => this.#memory.misses(event))
  }

  heal(): void {
    this.events?.heal()
  }

  /** Live frames, and answers to its own, in its words; undefined for nothing. */
  translate(batch: Batch): Buffer | undefined {
    const written: Buffer[] = []
    for (const [index, event] of batch.events.entries()) {
      if (event.type === 'bump') this.#fetch(event)
      if (!this.#memory.takes(event)) continue
      this.#follow(event)
      if (this.#isEcho(event)) continue
      const bytes = batch.write(index, this.dialect, this.scope)
      if (bytes) written.push(bytes)
    }
    return written.length > 1 ? Buffer.concat(written) : written[0]
  }

  /** A page of a replay: what the client has not had yet as new, of the rest what has become of it. */
  replay(batch: Batch): Buffer[] {
    const written: Buffer[] = []
    const tell = (event: ServerEvent): void => {
      const bytes = writeEvent(event, this.dialect, this.scope)
      if (bytes) written.push(bytes)
    }
    for (const event of inOrder(batch.events)) {
      if (!isChange(event)) {
        if (!this.#memory.takes(event)) continue
        this.#follow(event)
        tell(event)
      } else if (event.type === 'chat_message' && !this.#memory.knows(event)) {
        const isHad = this.#isEcho(event) || this.#memory.has(event)
        for (const told of eventsOfReplayed(event, isHad)) tell(told)
      }
    }
    // In the end: among the changes of a page, the later ones may stand first.
    for (const event of batch.events) if (isChange(event)) this.#memory.learn(event)
    return written
  }

  endReplay(): void {
    this.#memory.endReplay()
  }

  /** A message that is newer than what the client had; it has asked for these. */
  tellNewer(event: ServerEventOf<'chat_message'>): Buffer[] {
    this.#memory.learnNewer(event)
    return eventsOfReplayed(event, false).flatMap((told) => writeEvent(told, this.dialect, this.scope) ?? [])
  }

  endNewer(): void {
    this.#memory.endNewer()
  }

  #isEcho(event: ServerEvent): boolean {
    if (event.type !== 'chat_message' || event.message.client_id === null) return false
    return this.#sentHere.delete(event.message.client_id)
  }

  /** Its client knows no bumps: what they are about is told instead. */
  #fetch(bump: ServerEventOf<'bump'>): void {
    if (this.scope.channel === 'everything' && this.#memory.isBehind(bump)) this.heal()
  }

  #follow(event: ServerEvent): void {
    if (event.type === 'conversation_update' && changesPeople.has(event.event)) this.events?.peopleChanged()
  }
}

/** Messages of a conversation by their place in it; a replay has them by their last change. */
function inOrder(events: readonly ServerEvent[]): ServerEvent[] {
  const ordered: ServerEvent[] = []
  let run: ServerEventOf<'chat_message'>[] = []
  const endRun = (): void => {
    ordered.push(...run.toSorted((a, b) => a.seq - b.seq))
    run = []
  }
  for (const event of events) {
    if (event.type === 'chat_message') {
      if (run[0] && run[0].conversation_id !== event.conversation_id) endRun()
      run.push(event)
    } else {
      endRun()
      ordered.push(event)
    }
  }
  endRun()
  return ordered
}
