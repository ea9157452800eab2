import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { leftoversGone } from './leftover.ts'
import { lockDataDir } from './lock.ts'

/** Tells the next start that what it finds is older than what clients have seen. */
export const restoredMark = (dataDir: string): string => join(dataDir, 'restored')

/** Copies Postgres's data of a stopped system into a folder that is not there yet. Nothing else needs a backup. */
export async function backUp(dataDir: string, folder: string): Promise<string> {
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

/** Puts a copy in place of Postgres's data, which are kept beside it, and forgets the events of what is lost. */
export async function restore(dataDir: string, folder: string): Promise<string> {
  using lock = await stopped(dataDir)
  void lock
  const source = join(resolve(folder), 'postgres')
  if (!existsSync(join(source, 'PG_VERSION'))) throw new Error(`${resolve(folder)} is no backup`)
  const data = postgresOf(dataDir)
  const incoming = `${data}.restored`
  await rm(incoming, { recursive: true, force: true })
  await copyData(source, incoming)
  const kept = `${data}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  // From here on until the end it is the restored data that a start would find, or none.
  await writeFile(restoredMark(dataDir), '')
  if (existsSync(data)) await rename(data, kept)
  await rename(incoming, data)
  await rm(join(dataDir, 'nats'), { recursive: true, force: true })
  return kept
}

const postgresOf = (dataDir: string): string => join(dataDir, 'postgres')

async function copyData(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, errorOnExist: true, force: false })
  // PostgreSQL insists on it.
  await chmod(to, 0o700)
}

async function stopped(dataDir: string): Promise<Disposable> {
  if (!existsSync(postgresOf(dataDir))) throw new Error(`DATA_DIR ${dataDir} holds no data of Postgres`)
  const lock = lockDataDir(dataDir)
  if (!lock) throw new Error(`DATA_DIR ${dataDir} is in use: stop the system first`)
  await leftoversGone(dataDir)
  return lock
}
