// Postgres takes longer to plan most of what a service reads than to run it. A statement that comes again is prepared, once
// for each connection, and planned for good after a few runs. So that a plan which was made while tables are small fits them
// later, sessions with prepared statements prefer indexes whatever the size (`PREPARED_SESSION`).
import pg from 'pg'
import type { Logger } from 'pino'
import { unavailable } from './rpc-error.ts'

/** Of one connection; each takes some ten kilobytes of the server. */
const MOST_STATEMENTS = 200
/** Lists of values make many statements of one query: those that hardly come again are not worth a place. */
const SEEN_BEFORE = 2
const MOST_SEEN = 2_000

const isPreparable = (text: string): boolean => /^(?:select|with|insert|update|delete)\b/.test(text)

/** Settings of a session: no plan reads whole tables where there is an index, and none is compiled for that. */
export const PREPARED_SESSION = { enable_seqscan: 'off', jit: 'off' }

/** The name under which connections of a pool prepare a statement; undefined for one that is not. */
class Statements {
  readonly #names = new Map<string, string>()
  readonly #seen = new Map<string, number>()
  readonly #log: Logger
  #made = 0

  constructor(log: Logger) {
    this.#log = log
  }

  nameOf(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name !== undefined || this.#names.size >= MOST_STATEMENTS || !isPreparable(text)) return name
    const seen = this.#seen.get(text) ?? 0
    if (seen >= SEEN_BEFORE) {
      if (this.#names.size === MOST_STATEMENTS - 1)
        this.#log.warn({ most: MOST_STATEMENTS }, 'no further statements are prepared')
      return this.#name(text)
    }
    if (this.#seen.size >= MOST_SEEN) this.#seen.clear()
    this.#seen.set(text, seen + 1)
    return undefined
  }

  /** What connections have prepared of it counts no more. */
  renew(text: string): void {
    this.#name(text)
  }

  #name(text: string): string {
    this.#seen.delete(text)
    const name = `s${++this.#made}`
    this.#names.set(text, name)
    return name
  }
}

/** A migration has changed what a prepared statement gives (feature_not_supported): it was not run. */
const isStale = (err: unknown): boolean => err instanceof pg.DatabaseError && err.code === '0A000'

/** The connections of one pool: what comes again with values, and gives a promise, is prepared. */
export function preparingClient(log: Logger): typeof pg.Client {
  const statements = new Statements(log)
  return class extends pg.Client {
    // Any of pg's own forms, which are handed on.
    override query(...args: unknown[]): never {
      const query = super.query.bind(this) as (...given: unknown[]) => Promise<unknown>
      const [text, values, callback] = args
      const isPlain = typeof text === 'string' && Array.isArray(values) && callback === undefined
      const name = isPlain ? statements.nameOf(text) : undefined
      if (!isPlain || name === undefined) return query(...args) as never
      return query({ name, text, values }).catch(async (err: unknown) => {
        if (!isStale(err)) throw err
        statements.renew(text)
        // In a transaction, which is over by the error, that fails as well.
        return query(text, values).catch(() => {
          throw unavailable(err)
        })
      }) as never
    }
  }
}
