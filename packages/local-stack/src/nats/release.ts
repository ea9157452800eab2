import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process/run.ts'
import { cached } from '../cache.ts'

const VERSION = '2.14.5'

// Of the archives at github.com/nats-io/nats-server/releases, as its SHA256SUMS and the official image list them.
const SHA256: Record<string, string> = {
  'linux-amd64': '5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355',
  'linux-arm64': '673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c',
  'darwin-amd64': 'f95c98d6b6ed2b63c5681b46b092c9585c99767d547cf495730c329234625e96',
  'darwin-arm64': 'ddd907854d9a2de834af133fa396915fe6442fe6d8909ae31390d1ea7a0fea50',
}

export interface Release {
  name: string
  url: string
  sha256: string
}

/** Undefined where no archive is pinned. */
export function releaseFor(platform: string, arch: string): Release | undefined {
  const target = `${platform}-${arch === 'x64' ? 'amd64' : arch}`
  const sha256 = SHA256[target]
  if (!sha256) return undefined
  const name = `nats-server-v${VERSION}-${target}`
  return {
    name,
    sha256,
    url: `https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${name}.tar.gz`,
  }
}

/** Keeps a release in the cache; an archive with any other checksum is refused before it is unpacked. */
export async function downloadRelease({ name, url, sha256 }: Release, cacheDir: string): Promise<string> {
  const dir = await cached({ cacheDir, name }, async (temporary) => {
    const archive = join(temporary, 'archive.tar.gz')
    await writeFile(archive, verified(await download(url), { url, sha256 }))
    const { ok, output } = await run('tar', ['-xzf', archive, '--strip-components=1', '-C', temporary])
    if (!ok) throw new Error(`${url} could not be unpacked: ${output.trimEnd()}`)
  })
  return join(dir, 'nats-server')
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) })
    if (response.ok) return Buffer.from(await response.arrayBuffer())
    throw new Error(`status ${response.status}`)
  } catch (err) {
    const { cause } = err as Error
    const reason = cause instanceof Error ? cause.message : (err as Error).message
    throw new Error(`nats-server could not be fetched from ${url}: ${reason}`, { cause: err })
  }
}

function verified(bytes: Buffer, { url, sha256 }: { url: string; sha256: string }): Buffer {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== sha256) throw new Error(`${url} has the SHA-256 ${found}, not the pinned ${sha256}`)
  return bytes
}
