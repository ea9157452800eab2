import { Emitter } from './emitter.ts'

/** Something that changes: `get` gives the same value until it changed, `subscribe` calls at each change and not at once. */
export interface Source<T> {
  get(): T
  subscribe(listener: (value: T) => void): () => void
}

/** A source that its owner sets. */
export class Cell<T> implements Source<T> {
  #value: T
  readonly #listeners: Emitter<{ change: T }>

  constructor(value: T, report: (error: unknown) => void) {
    this.#value = value
    this.#listeners = new Emitter(report)
  }

  get(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    // What a listener goes on with is its own affair; a failure is reported.
    void this.#listeners.emit('change', value)
  }

  subscribe(listener: (value: T) => void): () => void {
    return this.#listeners.on('change', listener)
  }
}

/** Waits until a test gives an answer; rejects when it throws. */
export function until<T, R>(source: Source<T>, test: (value: T) => R | undefined): Promise<R> {
  return new Promise((resolve, reject) => {
    const look = (value: T) => {
      try {
        const answer = test(value)
        if (answer === undefined) return
        resolve(answer)
      } catch (error) {
        reject(error)
      }
      stop()
    }
    const stop = source.subscribe(look)
    look(source.get())
  })
}
