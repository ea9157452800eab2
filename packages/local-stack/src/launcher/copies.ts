import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeDataDir } from './data-dir.ts'
import { leftoversGone } from './leftover.ts'
import { lockDataDir } from './lock.ts'

/** Tells the next start that what it finds is older than what clients have seen. */
export const restoredMark = (dataDir: string): string => join(dataDir, 'restored')

/** Copies Postgres's data of a stopped system into a folder that is not there yet. Nothing else needs a backup. */
export async function backUp(dataDir: string, folder: string): Promise<string> {
  if (!existsSync(postgresOf(dataDir))) throw new Error(`DATA_DIR ${dataDir} holds no data of Postgres`)
  using lock = await stopped(dataDir)
  void lock
  const target = resolve(folder)
  if (existsSync(target)) throw new Error(`${target} is there already`)
  const unfinished = `${target}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await copyData(postgresOf(dataDir), join(unfinished, 'postgres'))
  await rename(unfinished, target)
  return target
}

/**
 * Puts a copy in place of Postgres's data, where there are any, and forgets the events of what is lost. Gives where those data
 * are kept. One that was interrupted can be run again.
 */
export async function restore(dataDir: string, folder: string): Promise<string | undefined> {
  const source = join(resolve(folder), 'postgres')
  if (!existsSync(join(source, 'PG_VERSION'))) throw new Error(`${resolve(folder)} is no backup`)
  await makeDataDir(dataDir)
  using lock = await stopped(dataDir)
  void lock
  const data = postgresOf(dataDir)
  const incoming = `${data}.restored`
  await rm(incoming, { recursive: true, force: true })
  await copyData(source, incoming)
  // From here on until the end it is the restored data that a start would find, or none.
  await writeFile(restoredMark(dataDir), '')
  const kept = await putAside(data)
  // Before the data are in place: no start may find them beside the events of those that were there.
  await rm(join(dataDir, 'nats'), { recursive: true, force: true })
  await rename(incoming, data)
  return kept
}

async function putAside(data: string): Promise<string | undefined> {
  if (!existsSync(data)) return undefined
  const kept = `${data}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(data, kept)
  return kept
}

const postgresOf = (dataDir: string): string => join(dataDir, 'postgres')

async function copyData(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, errorOnExist: true, force: false })
  // PostgreSQL insists on it.
  await chmod(to, 0o700)
}

async function stopped(dataDir: string): Promise<Disposable> {
  const lock = lockDataDir(dataDir)
  if (!lock) throw new Error(`DATA_DIR ${dataDir} is in use: stop the system first`)
  await leftoversGone(dataDir)
  return lock
}
