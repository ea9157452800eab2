import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startNats } from '../src/index.ts'

const readJson = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>

test('nats-server runs with the limits and the disk policy of its configuration', async () => {
  const nats = await startNats()
  onTestFinished(() => nats.stop())

  expect(await readJson(`${nats.monitorUrl}/varz`)).toMatchObject({
    host: '127.0.0.1',
    http_host: '127.0.0.1',
    max_payload: 4 * 1024 * 1024,
    write_deadline: 5e9,
    ping_interval: 20e9,
  })
  expect(await readJson(`${nats.monitorUrl}/jsz`)).toMatchObject({ config: { sync_always: true } })
})

test('a stopped server comes back on the port and the streams that it had', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley "test" '))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const dataDir = join(dir, 'nats')
  const first = await startNats({ dataDir })
  await first.stop()

  const second = await startNats({ dataDir, port: Number(new URL(first.url).port) })
  onTestFinished(() => second.stop())

  expect(second.url).toBe(first.url)
  expect(second.pid).not.toBe(first.pid)
  expect(await readJson(`${second.monitorUrl}/jsz`)).toMatchObject({
    config: { store_dir: join(dataDir, 'jetstream') },
  })
})
