import { isFor, variantOf, type Dialect, type Scope, type ServerEvent } from '@parley/protocol'
import { encodeLines, encodeText, type Encoded } from './frames.ts'

const texts = new TextDecoder()

/**
 * Frames that came together, a line each. Whatever has to be made of them, their bytes on the wire, the events that they
 * tell, the same in the words of a dialect, is made once for all sockets that get them, and only where one does.
 */
export class Batch {
  readonly #lines: Uint8Array
  #written: Map<string, Buffer | null> | undefined
  #encoded: Encoded | undefined
  #events: readonly ServerEvent[] | undefined

  constructor(lines: Uint8Array) {
    this.#lines = lines
  }

  static of(frames: readonly string[]): Batch {
    return new Batch(Buffer.from(frames.join('\n')))
  }

  get text(): string {
    return texts.decode(this.#lines)
  }

  get encoded(): Encoded {
    return (this.#encoded ??= encodeLines(this.#lines))
  }

  /** What the frames tell. Their own service wrote them, so nothing is checked. */
  get events(): readonly ServerEvent[] {
    return (this.#events ??= this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ServerEvent))
  }

  /** One of the events as a dialect writes it; null where it does not. */
  write(index: number, dialect: Dialect, scope: Scope): Buffer | null {
    const event = this.events[index]
    if (!event || !isFor(event, scope)) return null
    const key = `${index} ${dialect.name} ${variantOf(event, scope)}`
    const made = this.#written?.get(key)
    if (made !== undefined) return made
    const written = writeEvent(event, dialect, scope)
    this.#written = (this.#written ?? new Map()).set(key, written)
    return written
  }
}

/** An event in the words of a dialect; null where it has none for it. */
export function writeEvent(event: ServerEvent, dialect: Dialect, scope: Scope): Buffer | null {
  const frames = dialect.encode(event, scope)
  return frames.length === 0 ? null : Buffer.concat(frames.map((frame) => encodeText(JSON.stringify(frame))))
}
