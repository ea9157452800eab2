import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findNatsServer } from '../src/nats/find.ts'
import { downloadRelease, releaseFor } from '../src/nats/release.ts'

async function scratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

async function program(version: string): Promise<{ dir: string; file: string }> {
  const dir = await scratchDir()
  const file = join(dir, 'nats-server')
  await writeFile(file, `#!/bin/sh\necho "nats-server: v${version}"\n`)
  await chmod(file, 0o755)
  return { dir, file }
}

const config = { cacheDir: '/nonexistent', path: '', natsServerBin: undefined, containerSocket: undefined }

test('a recent nats-server on PATH is used', async () => {
  const { dir, file } = await program('2.10.0')

  expect(await findNatsServer({ ...config, path: dir })).toBe(file)
})

test('NATS_SERVER_BIN wins over PATH, and is refused when it is too old', async () => {
  const onPath = await program('2.11.0')
  const recent = await program('3.0.1')
  const old = await program('2.9.10')

  expect(await findNatsServer({ ...config, path: onPath.dir, natsServerBin: recent.file })).toBe(recent.file)
  await expect(findNatsServer({ ...config, path: onPath.dir, natsServerBin: old.file })).rejects.toThrow(
    /NATS_SERVER_BIN .* is 2\.9\.10; 2\.10 or newer is needed/,
  )
})

test('a downloaded release with another checksum is refused, and nothing of it is kept', async () => {
  const server = createServer((_, response) => response.end('not the archive'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const cacheDir = await scratchDir()
  const release = releaseFor('darwin', 'arm64')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  await expect(
    downloadRelease({ name: 'nats', sha256: release?.sha256 ?? '', url }, cacheDir),
  ).rejects.toThrow('not the pinned ddd907854d9a2de834af133fa396915fe6442fe6d8909ae31390d1ea7a0fea50')
  expect(await readdir(cacheDir)).toEqual([])
})
