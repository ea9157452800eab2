import type { Kysely } from 'kysely'
import { listPositions } from './store/lanes.ts'
import type { Tables } from './store/tables.ts'

/** Present committed positions of all lanes. Callers that come while a read is under way share the next one, so that a storm of sockets costs few reads. */
export class Positions {
  readonly #db: Kysely<Tables>
  #reading: Promise<number[]> | undefined
  #next: Promise<number[]> | undefined

  constructor(db: Kysely<Tables>) {
    this.#db = db
  }

  read(): Promise<number[]> {
    if (!this.#reading) return this.#begin()
    // A read under way may have begun before this caller subscribed; the next one cannot have.
    return (this.#next ??= this.#reading.then(
      () => this.#begin(),
      () => this.#begin(),
    ))
  }

  #begin(): Promise<number[]> {
    this.#next = undefined
    const reading = listPositions(this.#db).finally(() => {
      if (this.#reading === reading) this.#reading = undefined
    })
    this.#reading = reading
    return reading
  }
}
