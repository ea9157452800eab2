import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type pg from 'pg'

/** Kysely on one connection of one's own, for what must happen in its session. */
export function kyselyOn<Tables>(client: pg.Client): Kysely<Tables> {
  const only = { query: client.query.bind(client), release: () => undefined }
  const pool = { connect: () => Promise.resolve(only), end: () => Promise.resolve() }
  // Kysely's pool type names the parts of pg's that it calls; these are all of them (kysely 0.29).
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) })
}
