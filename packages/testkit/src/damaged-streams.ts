import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What a server notes of its files every few minutes and at its end; where it fits them they are not read at a start. */
const NOTES = 'index.db'

/**
 * Changes a byte in the middle of every file of messages in the store of a nats-server that is not running, which reads
 * them when it starts. Gives how many files that were.
 */
export async function damageStreams(dataDir: string): Promise<number> {
  const store = join(dataDir, 'jetstream')
  const paths = (await readdir(store, { recursive: true })).map((name) => join(store, name))
  await Promise.all(paths.filter((path) => basename(path) === NOTES).map((path) => rm(path)))
  const changed = await Promise.all(paths.filter((path) => path.endsWith('.blk')).map(changeByte))
  return changed.filter(Boolean).length
}

/** False where there is no byte to change. */
async function changeByte(path: string): Promise<boolean> {
  const bytes = await readFile(path)
  const at = Math.floor(bytes.length / 2)
  const [byte] = bytes.subarray(at)
  if (byte === undefined) return false
  bytes[at] = 255 - byte
  await writeFile(path, bytes)
  return true
}
