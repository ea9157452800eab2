import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
// For the type of what the set-up provides.
import type {} from './global-setup.ts'

export interface TestDatabase extends AsyncDisposable {
  url: string
}

/** An empty database of the run's Postgres server; disposing drops it, whoever is still connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => execute(server, `drop database ${name} with (force)`),
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
