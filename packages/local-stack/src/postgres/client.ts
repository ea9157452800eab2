import { Client } from 'pg'

/** Creates the database of `url` through the server's own `postgres` database, unless it is there. */
export async function ensureDatabase(url: string): Promise<void> {
  const target = new URL(url)
  const name = decodeURIComponent(target.pathname.slice(1))
  target.pathname = '/postgres'
  await withClient(target.href, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  })
}

/** Makes roles that may log in, and have no rights from the start, unless they are there. */
export async function ensureRoles(url: string, roles: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const role of roles) {
      const found = await client.query('select 1 from pg_roles where rolname = $1', [role])
      if (found.rowCount === 0) await client.query(`create role ${client.escapeIdentifier(role)} login`)
    }
  })
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  // A server that goes away between two answers also emits the error that the query rejects with.
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Rejects unless the server of DATABASE_URL lets a client in. */
export async function assertAnswers(url: string): Promise<void> {
  try {
    await withClient(url, (client) => client.query('select 1'))
  } catch (err) {
    throw new Error(`DATABASE_URL cannot be used: ${(err as Error).message}`, { cause: err })
  }
}
