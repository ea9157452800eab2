import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run } from '../src/process/run.ts'
import { scratchPath, startFixture } from './world.ts'

const withSystem = fileURLToPath(new URL('../src/launcher/with-system.ts', import.meta.url))
const script = fileURLToPath(new URL('fixture/show-urls.mjs', import.meta.url))

const runWithSystem = (env: Record<string, string>) =>
  run(process.execPath, [withSystem, script, 'create', 'ada'], { env: { PATH: process.env['PATH'], ...env } })

test('a script of a service is run against the system of DATA_DIR', async () => {
  const system = await startFixture()

  const { ok, output } = await runWithSystem({ DATA_DIR: system.dataDir })

  expect({ ok, output: JSON.parse(output) as unknown }).toEqual({
    ok: true,
    output: { databaseUrl: system.databaseUrl, natsUrl: system.natsUrl, args: ['create', 'ada'] },
  })
})

test('without a system the script is not run, and one line says so', async () => {
  const dataDir = await scratchPath()

  expect(await runWithSystem({ DATA_DIR: dataDir })).toEqual({
    ok: false,
    output: `no Parley runs on ${dataDir}: start it first, or set DATA_DIR\n`,
  })
})
