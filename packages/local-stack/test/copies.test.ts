import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backUp, restore } from '../src/launcher/copies.ts'
import { query, scratchPath, startFixture } from './world.ts'

/** A stopped system whose database holds one row, and a backup of it. */
async function backedUp(): Promise<{ dataDir: string; backup: string }> {
  const [dataDir, backup] = [await scratchPath(), await scratchPath()]
  const system = await startFixture({ dataDir })
  await query(system.databaseUrl, 'create table kept as select 42 as id')
  await system.stop()
  await backUp(dataDir, backup)
  return { dataDir, backup }
}

async function rowsOf(dataDir: string): Promise<unknown[]> {
  const system = await startFixture({ dataDir })
  const rows = await query(system.databaseUrl, 'select id from kept')
  await system.stop()
  return rows
}

test('a backup is restored to a machine that has no data yet', async () => {
  const { backup } = await backedUp()
  const dataDir = await scratchPath()

  expect(await restore(dataDir, backup)).toBeUndefined()
  expect(await rowsOf(dataDir)).toEqual([{ id: 42 }])
})

test('a restore that was interrupted before the data were in place is run again', async () => {
  const { dataDir, backup } = await backedUp()
  await rename(join(dataDir, 'postgres'), join(dataDir, 'postgres.before'))

  expect(await restore(dataDir, backup)).toBeUndefined()
  expect(existsSync(join(dataDir, 'nats'))).toBe(false)
  expect(await rowsOf(dataDir)).toEqual([{ id: 42 }])
})

test('a restore keeps the data that were there', async () => {
  const { dataDir, backup } = await backedUp()

  const kept = await restore(dataDir, backup)

  expect(existsSync(join(String(kept), 'PG_VERSION'))).toBe(true)
  expect(await rowsOf(dataDir)).toEqual([{ id: 42 }])
})

test('neither is a folder without a system backed up, nor one without a backup restored, and none is made', async () => {
  const [dataDir, folder] = [await scratchPath(), await scratchPath()]

  await expect(backUp(dataDir, folder)).rejects.toThrow(`DATA_DIR ${dataDir} holds no data of Postgres`)
  await expect(restore(dataDir, folder)).rejects.toThrow(`${folder} is no backup`)
  expect([dataDir, folder].map(existsSync)).toEqual([false, false])
})
