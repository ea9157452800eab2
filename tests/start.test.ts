import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tokens } from '@parley/protocol'
import { startNats, startPostgres, startSystem, type System, type SystemOptions } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { call } from './client/http.ts'
import { draft, matchedPair } from './client/pairs.ts'
import { like, listMatches, listMessages, register, sendOverHttp } from './client/people.ts'
import { cursorOf, openSession } from './client/socket.ts'

const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }

async function start(options: SystemOptions): Promise<System> {
  const system = await startSystem({ ...options, env: { ...env, ...options.env } })
  onTestFinished(async () => void (await system.stop()))
  return system
}

/** A path that does not exist yet, and is removed after the test. */
async function scratchPath(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-start-'))
  // Another user passes through it when root starts PostgreSQL.
  await chmod(dir, 0o711)
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return join(dir, 'data')
}

/** A zombie counts as gone: it only waits for its parent to notice. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const pidsOf = async (system: System): Promise<number[]> =>
  (await system.state()).processes.map(({ pid }) => pid)

const health = async (gateway: string): Promise<unknown> => (await call(`${gateway}/healthz`)).body

test('a start resolves when each gateway carries messages, and state.json names every process', async () => {
  const system = await start({ gateways: 2 })

  expect(await Promise.all(system.gateways.map(health))).toEqual([{ status: 'ok' }, { status: 'ok' }])
  const { launcher, processes } = await system.state()
  expect(launcher).toEqual({ pid: system.launcher.pid })
  const names = ['postgres', 'nats', 'auth', 'matching', 'messaging', 'gateway-1', 'gateway-2']
  expect(processes.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  expect(processes.map(({ pid }) => isAlive(pid))).not.toContain(false)
  const ports = processes.filter(({ name }) => name.startsWith('gateway')).map(({ port = 0 }) => port)
  expect(system.gateways).toEqual(ports.map((port) => `http://127.0.0.1:${port}`))
  expect(ports[1]).toBe(ports[0]! + 1)

  const { ada, conversation_id } = await matchedPair(system.gateways)
  expect(await sendOverHttp(system.gateways[1]!, ada, draft(conversation_id, 'hello'))).toMatchObject({
    seq: 1,
  })
})

test('a second start on data in use is refused, and the first goes on', async () => {
  const system = await start({ dataDir: await scratchPath() })
  const [gateway = ''] = system.gateways

  await expect(startSystem({ dataDir: system.dataDir })).rejects.toThrow(/is in use by process \d+: stop it/)

  expect(await health(gateway)).toEqual({ status: 'ok' })
  expect((await register(gateway)).id).toEqual(expect.any(Number))
})

test('S0: what was said survives a restart on the same data, with accounts, sessions, matches and cursors', async () => {
  const dataDir = await scratchPath()
  const first = await start({ dataDir })
  const { ada, ben, conversation_id, match } = await matchedPair(first.gateways)
  await sendOverHttp(first.gateways[0]!, ada, draft(conversation_id, 'seen'))
  const socket = await openSession(first.gateways[0]!, ben.token)
  const cursor = cursorOf(socket)
  await sendOverHttp(first.gateways[0]!, ada, draft(conversation_id, 'unseen'))
  await socket[Symbol.asyncDispose]()
  expect(await first.stop()).toBe(0)

  const second = await start({ dataDir, gateways: 2 })
  const [here = '', there = ''] = second.gateways

  const json = { identifier: ada.username, password: ada.password }
  const login = await call<Tokens>(`${here}/api/auth/login`, { method: 'POST', json })
  expect(login).toMatchObject({ status: 200, body: { user: { id: ada.id } } })
  expect(await listMatches(here, ben)).toMatchObject([{ id: match.id, conversation_id }])
  await using resumed = await openSession(there, ben.token, cursor)
  expect(resumed.of('chat_message')).toMatchObject([{ seq: 2, message: { content: 'unseen' } }])
  await sendOverHttp(there, ben, draft(conversation_id, 'reply'))
  const stored = await listMessages(here, ada, conversation_id)
  expect(stored.map(({ seq, content }) => [seq, content])).toEqual([
    [1, 'seen'],
    [2, 'unseen'],
    [3, 'reply'],
  ])
})

test('servers that are given by URL are used, and go on when the system stops', async () => {
  const postgres = await startPostgres({ database: 'ours' })
  onTestFinished(() => postgres.stop())
  const nats = await startNats()
  onTestFinished(() => nats.stop())
  const given = { DATABASE_URL: postgres.url, NATS_URL: nats.url }
  const system = await start({ gateways: 2, env: given })
  const names = (await system.state()).processes.map(({ name }) => name)
  const { ada, ben } = await matchedPair(system.gateways)
  expect(await like(system.gateways[1]!, ada, ben)).toMatchObject({ status: 'matched' })

  expect(await system.stop()).toBe(0)

  expect(names.toSorted()).toEqual(['auth', 'gateway-1', 'gateway-2', 'matching', 'messaging'])
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from auth.account')
  await client.end()
  expect(rows).toEqual([{ count: 2 }])
  const again = await start({ env: given })
  expect(await listMatches(again.gateways[0]!, ada)).toHaveLength(1)
})

test('a killed launcher leaves no process, and what was acknowledged is there after the next start', async () => {
  const dataDir = await scratchPath()
  const first = await start({ dataDir, gateways: 2 })
  const { ada, conversation_id } = await matchedPair(first.gateways)
  const socket = await openSession(first.gateways[1]!, ada.token)
  const ack = await socket.ask(draft(conversation_id, 'kept'))
  const pids = await pidsOf(first)

  first.launcher.kill('SIGKILL')
  await once(first.launcher, 'exit')

  expect((await socket.closedWithin(10_000)).code).toBe(1006)
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]), { timeoutMs: 15_000 })
  const second = await start({ dataDir })
  expect(await listMessages(second.gateways[0]!, ada, conversation_id)).toMatchObject([
    { id: ack['message_id'], content: 'kept' },
  ])
})

test('a stop asks sockets to go elsewhere, closes those that stay, and ends in the time that the contract gives', async () => {
  const system = await start({ env: { DRAIN_SECONDS: '2' } })
  const { token } = await register(system.gateways[0]!)
  const socket = await openSession(system.gateways[0]!, token)
  const pids = await pidsOf(system)

  const at = performance.now()
  const [code, closed] = await Promise.all([system.stop(), socket.closedWithin(12_000)])

  expect(code).toBe(0)
  expect(performance.now() - at).toBeLessThan(12_000)
  expect(socket.of('goaway')).toMatchObject([{ reconnect_in_ms: expect.any(Number) }])
  expect(closed.code).toBe(4000)
  expect(pids.filter(isAlive)).toEqual([])
})
