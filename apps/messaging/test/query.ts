import pg from 'pg'
import type { World } from './world.ts'

export async function connect(world: World): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.database.url, options: '-c search_path=messaging' })
  await client.connect()
  return client
}

/** Asks or changes messaging's own tables. */
export async function query<T extends pg.QueryResultRow>(world: World, text: string): Promise<T[]> {
  const client = await connect(world)
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** Runs a task while no lane can commit. */
export const holdLanes = <T>(world: World, task: () => Promise<T>): Promise<T> =>
  holding(world, 'select from lane for update', task)

/** Runs a task while nobody can read a table. */
export const holdTable = <T>(world: World, table: string, task: () => Promise<T>): Promise<T> =>
  holding(world, `lock table ${table}`, task)

async function holding<T>(world: World, lock: string, task: () => Promise<T>): Promise<T> {
  const client = await connect(world)
  try {
    await client.query('begin')
    await client.query(lock)
    return await task()
  } finally {
    await client.end()
  }
}
