import { startPostgres } from '@parley/local-stack'
import { createLog, openDb } from '@parley/service-kit'
import type pg from 'pg'
import type { App } from './apps.ts'

export interface Table {
  name: string
  /** `name type`, with `?` where it may be null. */
  columns: { name: string; type: string; nullable: boolean }[]
  /** Primary key, unique, foreign and check constraints, in SQL. */
  keys: string[]
  indexes: string[]
}

/** The tables of each app, as its migrations make them in a real Postgres. */
export async function readTables(apps: readonly App[]): Promise<Map<string, Table[]>> {
  const server = await startPostgres({ durable: false })
  const log = createLog({ service: 'docs', instance: '', level: 'error' })
  try {
    const tables = new Map<string, Table[]>()
    for (const { name, migrations } of apps) {
      if (!migrations) continue
      await using database = await openDb({ url: server.url, schema: name, poolSize: 2, migrations, log })
      tables.set(name, await tablesOf(database.pool, name))
    }
    return tables
  } finally {
    await server.stop()
  }
}

/** Partitions are left out, and so is what the migrator keeps for itself. */
const TABLES = `
  select c.oid, c.relname as name from pg_class c
  where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname not like 'kysely_migration%'
  order by c.relname`
const COLUMNS = `
  select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable from pg_attribute
  where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`
const KEYS = `
  select pg_get_constraintdef(oid) as text from pg_constraint
  where conrelid = $1 and contype in ('p', 'u', 'f', 'c') order by array_position('{p,u,f,c}', contype::text), conname`
const INDEXES = `
  select pg_get_indexdef(i.indexrelid) as text from pg_index i
  where i.indrelid = $1 and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1`

async function tablesOf(pool: pg.Pool, schema: string): Promise<Table[]> {
  const { rows } = await pool.query<{ oid: number; name: string }>(TABLES, [schema])
  return Promise.all(
    rows.map(async ({ oid, name }) => ({
      name,
      columns: (await pool.query<Table['columns'][number]>(COLUMNS, [oid])).rows,
      keys: await texts(pool, KEYS, oid),
      indexes: (await texts(pool, INDEXES, oid)).map((text) =>
        text.replace(/^CREATE (UNIQUE )?INDEX \w+ ON .* USING /, '$1'),
      ),
    })),
  )
}

async function texts(pool: pg.Pool, query: string, oid: number): Promise<string[]> {
  return (await pool.query<{ text: string }>(query, [oid])).rows.map(({ text }) => text)
}
