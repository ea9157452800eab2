/**
 * Where a client keeps what must outlive a reload: its session, its cursor, what is not acknowledged, and a little of what
 * is shown. Values are plain JSON. Writes are made one after the other, in order.
 */
export interface ClientStorage {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Writes all or nothing; `undefined` deletes. Without it values are written one by one. */
  write?(values: Readonly<Record<string, unknown>>): Promise<void>
  /**
   * Where several clients share it: `adopt` gets what one that is gone has kept under a key, and resolves when it is kept
   * here. It rejects where that must stay for another one: it is somebody else's. The result takes it back.
   */
  orphans?(adopt: (get: (key: string) => Promise<unknown>) => Promise<void>): () => void
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

/** A storage as one client uses it. Writes that pile up behind a slow one are merged: the last values are what counts. */
export class Keeper {
  readonly #storage: ClientStorage
  readonly #report: (error: unknown) => void
  #next: Record<string, unknown> = {}
  #writing: Promise<void> = Promise.resolve()

  constructor({ storage, report }: { storage: ClientStorage; report: (error: unknown) => void }) {
    this.#storage = storage
    this.#report = report
  }

  /** What an earlier client of the same storage wrote. */
  async load(key: string): Promise<unknown> {
    await this.#writing
    return this.#storage.get(key)
  }

  /** Writes values together, `undefined` deletes; resolves when they, or later ones, are stored. A failure is reported. */
  save(values: Record<string, unknown>): Promise<void> {
    // What was given last is written last, where it cannot be written at once.
    for (const key of Object.keys(values)) delete this.#next[key]
    Object.assign(this.#next, values)
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  orphans(adopt: (get: (key: string) => Promise<unknown>) => Promise<void>): () => void {
    return this.#storage.orphans?.(adopt) ?? (() => {})
  }

  /** Resolves when nothing waits to be written. */
  flush(): Promise<void> {
    return this.#writing
  }

  async #write(): Promise<void> {
    const values = this.#next
    this.#next = {}
    const entries = Object.entries(values)
    if (entries.length === 0) return
    try {
      if (this.#storage.write && entries.length > 1) return await this.#storage.write(values)
      for (const [key, value] of entries)
        await (value === undefined ? this.#storage.delete(key) : this.#storage.set(key, value))
    } catch (error) {
      this.#report(error)
    }
  }
}

/** One key of a storage. */
export class Stored<T> {
  readonly #keeper: Keeper
  readonly #key: string

  constructor(key: string, keeper: Keeper) {
    this.#keeper = keeper
    this.#key = key
  }

  /** What an earlier client of the same storage wrote. */
  async load(): Promise<T | undefined> {
    return (await this.#keeper.load(this.#key)) as T | undefined
  }

  /** Writes a value, or deletes the key; resolves when it, or a later one, is stored. */
  save(value: T | undefined): Promise<void> {
    return this.#keeper.save({ [this.#key]: value })
  }
}
