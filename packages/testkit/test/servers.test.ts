import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase, startTestNats } from '../src/index.ts'

const tables = "select count(*)::int as n from pg_tables where schemaname = 'public'"

test('each test database is empty, whatever another one holds', async () => {
  await using one = await createTestDatabase()
  await using other = await createTestDatabase()

  await query(one.url, 'create table t (id int)')

  expect(await query(one.url, tables)).toEqual([{ n: 1 }])
  expect(await query(other.url, tables)).toEqual([{ n: 0 }])
})

test('disposing a test database drops it under an open connection', async () => {
  const database = await createTestDatabase()
  const client = new Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()

  await database[Symbol.asyncDispose]()

  await expect(client.query('select 1')).rejects.toThrow()
  await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist')
})

test('a test nats-server is gone after its block', async () => {
  let monitor = ''
  {
    await using nats = await startTestNats()
    monitor = `${nats.monitorUrl}/healthz`
    expect((await fetch(monitor)).status).toBe(200)
  }

  await expect(fetch(monitor)).rejects.toThrow()
})

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
