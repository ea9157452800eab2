/** Listeners by type. One that throws or rejects is reported and keeps nobody else from hearing. */
export class Emitter<M> {
  readonly #listeners = new Map<keyof M, Set<(value: never) => unknown>>()
  readonly #report: (error: unknown) => void

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** Calls `listener` at each event of the type until the result is called. */
  on<T extends keyof M>(type: T, listener: (value: M[T]) => unknown): () => void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners)
    // A wrapper of its own, so that one function given twice is called twice and taken back singly.
    const entry = (value: M[T]) => listener(value)
    listeners.add(entry)
    return () => {
      listeners.delete(entry)
      if (listeners.size === 0 && this.#listeners.get(type) === listeners) this.#listeners.delete(type)
    }
  }

  /** Tells every listener; gives the work that some of them go on with. */
  emit<T extends keyof M>(type: T, value: M[T]): Promise<void>[] {
    const work: Promise<void>[] = []
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        const result = (listener as (value: M[T]) => unknown)(value)
        if (result instanceof Promise) work.push(result.then(() => undefined, this.#report))
      } catch (error) {
        this.#report(error)
      }
    }
    return work
  }
}
