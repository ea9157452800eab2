import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { StackConfig } from '../config.ts'
import { debianHas, unpackFromDebian } from '../debian.ts'
import { downloadRelease, releaseFor } from './release.ts'
import { isRecentEnough, natsVersion } from './version.ts'

const NATS_SERVER = { package: 'nats-server', path: 'usr/sbin/nats-server' }

/**
 * The path of a nats-server 2.10 or newer: the one named by NATS_SERVER_BIN, one on PATH, Debian's package (unpacked,
 * not installed), or the pinned release. What was fetched once is kept in the cache.
 */
export async function findNatsServer({ cacheDir, path, natsServerBin }: StackConfig): Promise<string> {
  if (natsServerBin) {
    const version = await natsVersion(natsServerBin)
    if (isRecentEnough(version)) return natsServerBin
    throw new Error(
      `NATS_SERVER_BIN (${natsServerBin}) is ${version ?? 'no nats-server'}; 2.10 or newer is needed`,
    )
  }
  const installed = onPath(path)
  if (installed && isRecentEnough(await natsVersion(installed))) return installed
  return fetchNatsServer(cacheDir)
}

async function fetchNatsServer(cacheDir: string): Promise<string> {
  const release = releaseFor(process.platform, process.arch)
  const faults: string[] = []
  try {
    if (await debianHas()) return await unpackFromDebian(NATS_SERVER, cacheDir)
  } catch (err) {
    faults.push((err as Error).message)
  }
  try {
    if (release) return await downloadRelease(release, cacheDir)
  } catch (err) {
    faults.push((err as Error).message)
  }
  const advice = 'put nats-server 2.10 or newer on PATH, name it in NATS_SERVER_BIN, or set NATS_URL'
  throw new Error([...faults, advice].join('; '))
}

function onPath(path: string): string | undefined {
  const directories = [...path.split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return directories.map((dir) => join(dir, 'nats-server')).find((file) => existsSync(file))
}
