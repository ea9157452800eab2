import { expect, test, vi } from 'vitest'
import { isAlive, processOf, query, startFixture } from './world.ts'

const environmentAt = async (url: string) => (await fetch(url)).json() as Promise<Record<string, string>>

const PATIENCE = { timeout: 10_000 }

test('state.json lists each process as the contract says', async () => {
  const system = await startFixture({ gateways: 2 })

  const { launcher: own, processes } = await system.state()

  expect(own).toEqual({ pid: system.launcher.pid })
  const started_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const common = { pid: expect.any(Number), started_at, restarts: 0 }
  const [port, probe_port] = [expect.any(Number), expect.any(Number)]
  expect(processes).toEqual([
    { name: 'postgres', port, ...common },
    { name: 'nats', port, probe_port, ...common },
    { name: 'auth', probe_port, ...common },
    { name: 'messaging', probe_port, ...common },
    { name: 'gateway-1', port, probe_port, ...common },
    { name: 'gateway-2', port, probe_port, ...common },
  ])
  expect(processes.map(({ pid }) => isAlive(pid))).not.toContain(false)
  expect(processes[5]?.port).toBe((processes[4]?.port ?? 0) + 1)
})

test('each service gets its place in the system and every other setting as it is', async () => {
  const system = await startFixture({ env: { SEND_RATE: '7', DRAIN_SECONDS: '3' } })
  const { port, probe_port } = await processOf(system, 'gateway-1')

  const environment = await environmentAt(`http://127.0.0.1:${probe_port}/`)

  expect(environment).toMatchObject({
    INSTANCE: 'gateway-1',
    PORT: String(port),
    HOST: '127.0.0.1',
    PROBE_PORT: String(probe_port),
    NATS_URL: system.natsUrl,
    DATA_DIR: system.dataDir,
    DRAIN_SECONDS: '3',
    SEND_RATE: '7',
  })
  expect(await query(system.databaseUrl, 'select current_database() as name')).toEqual([{ name: 'parley' }])
})

test.for(['postgres', 'nats', 'messaging', 'gateway-1'])(
  'a killed %s is started again on the ports that it had',
  async (name) => {
    const system = await startFixture()
    const before = await processOf(system, name)

    await system.kill(name)

    const after = await vi.waitFor(async () => {
      const found = await processOf(system, name)
      expect(found.restarts).toBe(1)
      return found
    }, PATIENCE)
    expect(after).toEqual({ ...before, pid: after.pid, started_at: after.started_at, restarts: 1 })
    expect(after.pid).not.toBe(before.pid)
    expect(isAlive(before.pid)).toBe(false)
    if (name === 'postgres') await vi.waitFor(() => query(system.databaseUrl, 'select 1'), PATIENCE)
    else await vi.waitFor(() => fetch(`http://127.0.0.1:${after.probe_port}/healthz`), PATIENCE)
  },
)
