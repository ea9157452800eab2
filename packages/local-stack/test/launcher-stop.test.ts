import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { isAlive, pidsOf, query, scratchPath, startFixture } from './world.ts'

const PATIENCE = { timeout: 10_000 }

test('a killed launcher leaves nothing behind, and a start right after it works on the same data', async () => {
  const dataDir = await scratchPath()
  const first = await startFixture({ dataDir })
  await query(first.databaseUrl, 'create table kept (id int)')
  const pids = await pidsOf(first)

  first.launcher.kill('SIGKILL')
  await once(first.launcher, 'exit')
  const second = await startFixture({ dataDir })

  expect(pids.map(isAlive)).not.toContain(true)
  expect(await query(second.databaseUrl, 'select * from kept')).toEqual([])
})

test('a killed launcher that nobody starts again leaves nothing behind', async () => {
  const system = await startFixture({ dataDir: await scratchPath() })
  const pids = await pidsOf(system)

  system.launcher.kill('SIGKILL')

  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE)
})

test('the system stops when the process that started it is gone', async () => {
  const system = await startFixture({ dataDir: await scratchPath() })
  const pids = await pidsOf(system)

  system.launcher.disconnect()
  const [code] = await once(system.launcher, 'exit')

  expect(code).toBe(0)
  expect(pids.filter(isAlive)).toEqual([])
})

test('a stop takes gateways first and the servers last, and removes state.json', async () => {
  const dataDir = await scratchPath()
  const notes = `${dataDir}-notes`
  const system = await startFixture({ dataDir, gateways: 2, env: { STOP_NOTES: notes } })
  const pids = await pidsOf(system)

  const code = await system.stop()

  expect(code).toBe(0)
  const order = (await readFile(notes, 'utf8')).trim().split('\n')
  expect(order.slice(0, 2).toSorted()).toEqual(['gateway-1', 'gateway-2'])
  expect(order.slice(2).toSorted()).toEqual(['auth', 'messaging'])
  expect(pids.filter(isAlive)).toEqual([])
  await expect(system.state()).rejects.toThrow('no system runs')
})

test('a second signal ends at once what does not want to stop', async () => {
  const system = await startFixture({ env: { DEAF: 'gateway-1', DRAIN_SECONDS: '60' } })
  const pids = await pidsOf(system)
  system.launcher.kill('SIGTERM')
  await vi.waitFor(() => expect(system.output()).toContain('Stopping'), PATIENCE)

  await vi.waitFor(() => {
    system.launcher.kill('SIGTERM')
    expect(pids.filter(isAlive)).toEqual([])
  }, PATIENCE)
})

test('signals that come together are one request', async () => {
  const notes = `${await scratchPath()}-notes`
  const system = await startFixture({ env: { STOP_NOTES: notes } })

  system.launcher.kill('SIGINT')
  system.launcher.kill('SIGTERM')
  const code = await system.stop()

  expect(code).toBe(0)
  expect((await readFile(notes, 'utf8')).trim().split('\n')).toHaveLength(3)
})
