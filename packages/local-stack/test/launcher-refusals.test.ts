import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '../src/process/free-port.ts'
import { refusedStart, scratchPath, startFixture } from './world.ts'

test('a second start on data in use is refused in one line', async () => {
  const system = await startFixture({ dataDir: await scratchPath() })

  const refused = startFixture({ dataDir: system.dataDir })

  await expect(refused).rejects.toThrow(
    `: Parley did not start: ${system.dataDir} is in use by process ${system.launcher.pid}: stop it, or set another DATA_DIR\n`,
  )
  expect(await fetch(`${system.gateways[0]}/healthz`)).toHaveProperty('status', 200)
})

test('a port that is taken is refused in one line, before anything starts', async () => {
  const [first, port] = await freePorts(2)
  const taken = createServer().listen(port, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const dataDir = await scratchPath()

  const refused = refusedStart({ PORT: String(first), GATEWAYS: '2', DATA_DIR: dataDir })

  await expect(refused).resolves.toEqual({
    code: 1,
    output: `Parley did not start: port ${port} on 127.0.0.1 is taken: stop what uses it, or set another PORT\n`,
  })
  expect(existsSync(join(dataDir, 'state.json'))).toBe(false)
})

test('a service that never starts ends the start, with its last line and its log', async () => {
  const dataDir = await scratchPath()

  await expect(startFixture({ dataDir, env: { EXIT_AT_START: 'messaging' } })).rejects.toThrow(
    `Parley did not start: messaging stopped with exit code 3: Error: messaging refuses to start (log: ${dataDir}/logs/messaging.log)\n`,
  )
})

test.for([
  ['PORT', 'eighty', 'PORT must be a whole number from 1 to 65535, not "eighty"'],
  ['GATEWAYS', '0', 'GATEWAYS must be a whole number from 1 to 64, not "0"'],
  ['DRAIN_SECONDS', '-1', 'DRAIN_SECONDS must be a whole number from 0 to 3600, not "-1"'],
  ['HOST', '203.0.113.7', 'HOST 203.0.113.7 is no address of this machine'],
  ['DATABASE_URL', 'postgres://127.0.0.1:1/x', 'DATABASE_URL cannot be used'],
])('%s=%s is refused by name', async ([name = '', value = '', message = '']) => {
  const { code, output } = await refusedStart({ DATA_DIR: await scratchPath(), [name]: value })

  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringContaining(`Parley did not start: ${message}`),
  })
})
