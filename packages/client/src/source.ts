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

/** A source made of others: computed when somebody asks, and told once a turn however much has changed. */
export class Derived<T> implements Source<T> {
  readonly #compute: () => T
  readonly #listeners: Emitter<{ change: T }>
  #value: { now: T } | undefined
  #told: T | undefined
  #count = 0
  #isDue = false

  constructor(compute: () => T, report: (error: unknown) => void) {
    this.#compute = compute
    this.#listeners = new Emitter(report)
  }

  get(): T {
    this.#value ??= { now: this.#compute() }
    return this.#value.now
  }

  /** Something that it is made of has changed. */
  changed(): void {
    this.#value = undefined
    if (this.#isDue || this.#count === 0) return
    this.#isDue = true
    queueMicrotask(() => this.#tell())
  }

  subscribe(listener: (value: T) => void): () => void {
    if (this.#count === 0) this.#told = this.get()
    this.#count += 1
    const stop = this.#listeners.on('change', listener)
    return once(() => {
      this.#count -= 1
      stop()
    })
  }

  #tell(): void {
    this.#isDue = false
    const value = this.get()
    if (Object.is(value, this.#told)) return
    this.#told = value
    // What a listener goes on with is its own affair; a failure is reported.
    void this.#listeners.emit('change', value)
  }
}

/** What is done at the first call, and nothing at further ones: whoever ends something twice has ended it once. */
export function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
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
