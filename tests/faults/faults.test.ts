import { startSystem } from '@parley/local-stack'
import { beforeAll, expect, test } from 'vitest'
import { faultName } from './plan.ts'
import type { Recovery } from './recovery.ts'
import type { Report } from './report.ts'
import { runFaults, SYSTEM_ENV } from './run.ts'

let report: Report

beforeAll(async () => {
  await using system = await startSystem({ gateways: 2, env: SYSTEM_ENV })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  report = await runFaults(system, { seed: 1, minutes: 0, print })
}, 600_000)

const after = (fault: string): Recovery => {
  const found = report.recoveries.find((recovery) => faultName(recovery.fault) === fault)
  if (!found) throw new Error(`${fault} did not happen`)
  return found
}

/** Each part came back by itself, within the time that the contract gives. */
const recovered = {
  messages: expect.any(Number),
  logIn: expect.any(Number),
  match: expect.any(Number),
  newcomer: expect.any(Number),
  health: expect.any(Number),
}

test('F01: clients of a killed gateway resume elsewhere', () => {
  expect(after('gateway-1')).toMatchObject(recovered)
  expect(after('gateway-1 + gateway-2 killed in turn')).toMatchObject(recovered)
})

test('F02: after messaging was killed each lane has an owner again, and sockets stay open', () => {
  expect(after('messaging')).toMatchObject({ ...recovered, closes: 0 })
})

test('F03: a killed auth closes no socket, and who logs in soon can', () => {
  expect(after('auth')).toMatchObject({ ...recovered, closes: 0 })
})

test('F04: a killed matching comes back, and with it likes and matches', () => {
  expect(after('matching')).toMatchObject({ ...recovered, closes: 0 })
})

test('F06: a killed NATS comes back, even without its data', () => {
  expect(after('nats')).toMatchObject(recovered)
  expect(after('nats wiped')).toMatchObject(recovered)
})

test('F12: a killed Postgres comes back, and sockets stay open meanwhile', () => {
  expect(after('postgres')).toMatchObject({ ...recovered, closes: 0 })
})

test('F27: messaging that stood still goes on, and sockets stay open meanwhile', () => {
  expect(after('messaging paused')).toMatchObject({ ...recovered, closes: 0 })
})

test('F44: over all faults each acknowledged message and change is stored and shown once, in order, and each match is whole', () => {
  expect(report.faults).toEqual([])
})
