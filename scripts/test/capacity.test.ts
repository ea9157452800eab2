import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readLoad } from '../capacity/arguments.ts'
import { chosen, measured, planFor, usualLoad } from '../capacity/plan.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/capacity.ts', ...args], { cwd: root, encoding: 'utf8' })

test('the plan grows with the load, and a small one outlives a zone', () => {
  const small = planFor({ ...usualLoad, sockets: 100 })
  const large = planFor({ ...usualLoad, sockets: 10_000_000 })

  expect(small).toMatchObject({
    gateways: 3,
    messaging: 3,
    natsClusters: 1,
    postgresShards: 1,
    beyondOne: [],
  })
  expect(large.gateways).toBe(300)
  expect(large.natsClusters).toBe(7)
  expect(large.messagesPerDay).toBe(3_456_000_000)
  expect(chosen.shards % large.postgresShards).toBe(0)
  expect(large.beyondOne).toHaveLength(2)
  expect(planFor({ ...usualLoad, sockets: 1_000_000, secondsBetweenSends: 10 }).messaging).toBeGreaterThan(
    planFor({ ...usualLoad, sockets: 1_000_000 }).messaging,
  )
})

test('the command prints counts, and refuses what is wrong by name', () => {
  const good = run('--sockets', '1e6')
  expect(good).toMatchObject({ status: 0, stderr: '' })
  expect(good.stdout).toMatch(/^gateway pods {2,}30, /m)

  for (const [args, said] of [
    [[], '--sockets is missing'],
    [['--sockets', 'many'], '--sockets must be a number'],
    [['--sockets', '-5'], /--sockets/],
    [['--sockets', '0'], '--sockets must be a number'],
    [['--sockets', '1e99'], '--sockets must be a number'],
    [['--sockets', '10', '--copies', '0'], '--copies must be a number'],
    [['--sockets', '10', '--days', ''], '--days must be a number'],
    [['--socket', '10'], "'--socket'"],
  ] as const) {
    const { status, stdout, stderr } = run(...args)
    expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  }
  expect(readLoad(['--sockets', '12.5e3']).sockets).toBe(12_500)
})

test('each figure of the plan stands in the page about it', () => {
  const page = readFileSync(`${root}/docs/capacity.md`, 'utf8')
  for (const value of Object.values({ ...measured, ...chosen, ...usualLoad }))
    expect(page).toContain(value.toLocaleString('en', { maximumFractionDigits: 3 }))
})
