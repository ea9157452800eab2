import type { ClientStorage } from './storage.ts'

const STORE = 'values'

// The part of IndexedDB that is used: the SDK is also compiled where there are no types of browsers.
interface Request<T> {
  result: T
  error: Error | null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null
}
interface Transaction {
  error: Error | null
  oncomplete: (() => void) | null
  onabort: (() => void) | null
  objectStore(name: string): {
    get(key: string): Request<unknown>
    put(value: unknown, key: string): unknown
    delete(key: string): unknown
  }
  abort(): void
}
interface Database {
  onclose: (() => void) | null
  onversionchange: (() => void) | null
  createObjectStore(name: string): unknown
  transaction(name: string, mode: 'readonly' | 'readwrite'): Transaction
  close(): void
}

/** The platform's `indexedDB`. */
export interface Databases {
  open(name: string, version: number): OpenRequest
}

export interface IndexedDbOptions {
  /** The name of the database: one for each application and person who may use the same browser. */
  name?: string
  /** The platform's own unless given. */
  indexedDB?: Databases
}

/** Keeps what a client needs in a database of the browser, over reloads and restarts. Each write is one transaction. */
export function indexedDbStorage({ name = 'parley', indexedDB }: IndexedDbOptions = {}): ClientStorage {
  const connection = new DatabaseConnection(name, () => indexedDB ?? platformDatabases())
  const write = (values: Readonly<Record<string, unknown>>) => connection.write(values)
  return {
    get: (key) => connection.read(key),
    set: (key, value) => write({ [key]: value }),
    delete: (key) => write({ [key]: undefined }),
    write,
  }
}

/** Looked up when it is used: on a server the page may be made without one. */
function platformDatabases(): Databases {
  const { indexedDB } = globalThis as { indexedDB?: Databases }
  if (!indexedDB) throw new Error('there is no indexedDB here')
  return indexedDB
}

/** One database, opened when it is needed, and again when the browser has closed it. */
class DatabaseConnection {
  readonly #name: string
  readonly #databases: () => Databases
  #open: Promise<Database> | undefined

  constructor(name: string, databases: () => Databases) {
    this.#name = name
    this.#databases = databases
  }

  async read(key: string): Promise<unknown> {
    const transaction = await this.#begin('readonly')
    return settled(transaction.objectStore(STORE).get(key))
  }

  async write(values: Readonly<Record<string, unknown>>): Promise<void> {
    const transaction = await this.#begin('readwrite')
    const store = transaction.objectStore(STORE)
    const done = committed(transaction)
    try {
      for (const [key, value] of Object.entries(values))
        if (value === undefined) store.delete(key)
        else store.put(value, key)
    } catch (error) {
      // A value that cannot be cloned: nothing of it is written.
      done.catch(() => {})
      transaction.abort()
      throw error
    }
    return done
  }

  async #begin(mode: 'readonly' | 'readwrite'): Promise<Transaction> {
    const database = await this.#connect()
    try {
      return database.transaction(STORE, mode)
    } catch {
      // Browsers close databases of pages that were frozen, and do not always say so.
      this.#open = undefined
      return (await this.#connect()).transaction(STORE, mode)
    }
  }

  #connect(): Promise<Database> {
    this.#open ??= this.#connectOnce().catch((error: unknown) => {
      this.#open = undefined
      throw error
    })
    return this.#open
  }

  async #connectOnce(): Promise<Database> {
    const request = this.#databases().open(this.#name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    const database = await settled(request)
    const forget = () => (this.#open = undefined)
    database.onclose = forget
    // Another tab deletes or upgrades the database, and waits for this one to let go.
    database.onversionchange = () => {
      forget()
      database.close()
    }
    return database
  }
}

const failure = (error: Error | null) => error ?? new Error('the database gave up')

const settled = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(failure(request.error))
  })

const committed = (transaction: Transaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(failure(transaction.error))
  })
