import { beforeAll, expect, test } from 'vitest'
import { canMount } from './disks.ts'
import { postgresDiskFull, postgresFailsOver } from './kinds/database.ts'
import { recoveredOpen, recoveryAfter } from './recovered.ts'
import type { Report } from './report.ts'
import { runFaults, SYSTEM_ENV } from './run.ts'
import { startStand } from './stand.ts'

const SEED = 3

const reports: Report[] = []

beforeAll(async () => {
  await using stand = await startStand({ gateways: 2, env: SYSTEM_ENV, seed: SEED, hasStandby: true })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  // In this order: the disk is that of the first server, which is gone after the second one.
  for (const fault of [...(canMount ? [postgresDiskFull] : []), postgresFailsOver])
    reports.push(
      await runFaults(stand, { seed: SEED, minutes: 0, sendsPerSecond: 50, print, kinds: [fault] }),
    )
}, 600_000)

test('F14: the standby of a killed Postgres takes its place with all that was acknowledged, and sockets stay open', () => {
  const report = reports.at(-1)!

  expect(recoveryAfter(report, postgresFailsOver.kind)).toMatchObject(recoveredOpen)
  expect(report.violations).toEqual([])
})

test.skipIf(!canMount)(
  'F18: Postgres whose disk was full goes on once there is space, with all that was acknowledged, and sockets stay open',
  () => {
    const report = reports[0]!

    expect(recoveryAfter(report, postgresDiskFull.kind)).toMatchObject(recoveredOpen)
    expect(report.violations).toEqual([])
  },
)
