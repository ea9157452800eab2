/**
 * Where a client keeps what must outlive a reload: its session, its cursor, and messages that are not acknowledged.
 * Values are plain JSON. Writes are made one after the other, in order.
 */
export interface ClientStorage {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/** Keeps nothing beyond the life of the page or process. */
export function memoryStorage(): ClientStorage {
  const values = new Map<string, unknown>()
  return {
    get: async (key) => structuredClone(values.get(key)),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
  }
}

/** One key of a storage. Writes that pile up behind a slow one are merged: the last value is what counts. */
export class Stored<T> {
  readonly #storage: ClientStorage
  readonly #key: string
  readonly #report: (error: unknown) => void
  #next: { value: T | undefined } | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(
    key: string,
    { storage, report }: { storage: ClientStorage; report: (error: unknown) => void },
  ) {
    this.#storage = storage
    this.#key = key
    this.#report = report
  }

  /** What an earlier client of the same storage wrote. */
  async load(): Promise<T | undefined> {
    await this.#writing
    return (await this.#storage.get(this.#key)) as T | undefined
  }

  /** Writes a value, or deletes the key; resolves when it, or a later one, is stored. A failure is reported. */
  save(value: T | undefined): Promise<void> {
    this.#next = { value }
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Resolves when nothing waits to be written. */
  flush(): Promise<void> {
    return this.#writing
  }

  async #write(): Promise<void> {
    const next = this.#next
    this.#next = undefined
    if (!next) return
    try {
      await (next.value === undefined
        ? this.#storage.delete(this.#key)
        : this.#storage.set(this.#key, next.value))
    } catch (error) {
      this.#report(error)
    }
  }
}
