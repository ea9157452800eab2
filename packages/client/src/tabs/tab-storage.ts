import type { ClientStorage } from '../storage.ts'
import type { Bus, Locks } from './messages.ts'

/** What each tab keeps for itself. The session is one for all; so is the cursor, which is kept with what it stands for. */
const OWN: ReadonlySet<string> = new Set(['unsent', 'changes'])
/** The tabs that may have something of their own. */
const TABS = 'tabs'

export interface TabStorageOptions {
  name: string
  tab: string
  storage: ClientStorage
  locks: Locks
  bus: Bus
}

type Adopt = (get: (key: string) => Promise<unknown>) => Promise<void>

/**
 * A storage that several tabs use at once. Each holds a lock while it lives; whoever is granted the lock of another knows
 * that it is gone, and takes over what it has not sent.
 */
export class TabStorage implements ClientStorage {
  readonly #options: TabStorageOptions
  readonly #leaving = new AbortController()
  readonly #joined: Promise<void>
  readonly #watched = new Set<string>()
  #adopt: Adopt | undefined
  #release = () => {}

  constructor(options: TabStorageOptions) {
    this.#options = options
    this.#joined = this.#join()
    // Whoever writes hears of a failure; a tab that leaves needs none.
    this.#joined.catch(() => {})
    options.bus.listen((message) => {
      if (message.kind === 'tab') this.#watch(message.tab)
    })
  }

  async get(key: string): Promise<unknown> {
    return this.#options.storage.get(this.#keyOf(key))
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.write({ [key]: value })
  }

  async delete(key: string): Promise<void> {
    await this.write({ [key]: undefined })
  }

  async write(values: Readonly<Record<string, unknown>>): Promise<void> {
    // What is kept by a tab that nobody knows would never be found.
    if (Object.keys(values).some((key) => OWN.has(key))) await this.#joined
    await this.#write(
      Object.fromEntries(Object.entries(values).map(([key, value]) => [this.#keyOf(key), value])),
    )
  }

  orphans(adopt: Adopt): () => void {
    this.#adopt = adopt
    this.#joined.then(() => this.#watchAll()).catch(() => {})
    return () => {
      if (this.#adopt === adopt) this.#adopt = undefined
    }
  }

  /** As if the page were closed. */
  leave(): void {
    this.#leaving.abort()
    this.#release()
  }

  #keyOf(key: string): string {
    return OWN.has(key) ? `${key}:${this.#options.tab}` : key
  }

  async #write(values: Record<string, unknown>): Promise<void> {
    const { storage } = this.#options
    if (storage.write) return storage.write(values)
    for (const [key, value] of Object.entries(values))
      await (value === undefined ? storage.delete(key) : storage.set(key, value))
  }

  #lockOf(tab: string): string {
    return `${this.#options.name}:tab:${tab}`
  }

  /** Alive first, then known: otherwise another one would take it for dead. */
  async #join(): Promise<void> {
    const { locks, tab, bus } = this.#options
    const { signal } = this.#leaving
    await new Promise<void>((resolve, reject) => {
      const held = locks.request(this.#lockOf(tab), { signal }, () => {
        resolve()
        return new Promise<void>((release) => (this.#release = release))
      })
      held.catch(reject)
    })
    await this.#changeTabs((tabs) => [...tabs, tab])
    bus.post({ kind: 'tab', tab })
  }

  async #tabs(): Promise<readonly string[]> {
    return ((await this.#options.storage.get(TABS)) ?? []) as string[]
  }

  #changeTabs(change: (tabs: readonly string[]) => readonly string[]): Promise<void> {
    const { locks, name, storage } = this.#options
    const { signal } = this.#leaving
    return locks.request(`${name}:tabs`, { signal }, async () =>
      storage.set(TABS, change(await this.#tabs())),
    )
  }

  async #watchAll(): Promise<void> {
    for (const tab of await this.#tabs()) this.#watch(tab)
  }

  #watch(tab: string): void {
    const { locks } = this.#options
    if (tab === this.#options.tab || this.#watched.has(tab)) return
    this.#watched.add(tab)
    locks
      .request(this.#lockOf(tab), { signal: this.#leaving.signal }, () => this.#takeOver(tab))
      // This tab leaves; or what the other one left stays for the next one who looks, as what is somebody else's does.
      .catch(() => {})
      .finally(() => this.#watched.delete(tab))
  }

  /** Kept here before it is forgotten there: should this tab end in between, it is sent again under the same ids. */
  async #takeOver(tab: string): Promise<void> {
    const { bus, storage } = this.#options
    bus.post({ kind: 'gone', tab })
    if (!this.#adopt || !(await this.#tabs()).includes(tab)) return
    await this.#adopt((key) => storage.get(`${key}:${tab}`))
    await this.#write(Object.fromEntries([...OWN].map((key) => [`${key}:${tab}`, undefined])))
    await this.#changeTabs((tabs) => tabs.filter((other) => other !== tab))
  }
}
