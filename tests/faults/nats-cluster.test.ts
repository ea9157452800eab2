import { beforeAll, expect, test } from 'vitest'
import { clusterKinds, streamInfo } from './kinds/nats-cluster.ts'
import { recoveredOpen, recoveryAfter } from './recovered.ts'
import type { Report } from './report.ts'
import { runFaults, SYSTEM_ENV } from './run.ts'
import { startStand } from './stand.ts'

const SEED = 2

let report: Report
let created: [before: string, after: string]

beforeAll(async () => {
  await using stand = await startStand({ gateways: 2, env: SYSTEM_ENV, seed: SEED, hasThreeNats: true })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const before = await streamInfo(stand)
  report = await runFaults(stand, { seed: SEED, minutes: 0, sendsPerSecond: 50, print, kinds: clusterKinds })
  created = [before.created, (await streamInfo(stand)).created]
}, 600_000)

test('F07: of three NATS servers the leader of a stream is killed, and another leads: sockets stay open', () => {
  expect(recoveryAfter(report, 'the leader of a stream killed')).toMatchObject(recoveredOpen)
})

test('F08: of three NATS servers another one is killed, and events go on', () => {
  expect(recoveryAfter(report, 'one nats server of three killed')).toMatchObject(recoveredOpen)
})

test('F11: NATS servers are restarted in turn, each after it has handed over what it has', () => {
  expect(recoveryAfter(report, 'nats servers restarted in turn')).toMatchObject(recoveredOpen)
})

test('F25: one NATS server is split from two for a while, and what was connected to it catches up', () => {
  expect(recoveryAfter(report, 'one nats server split from two')).toMatchObject(recoveredOpen)
})

test('F37: whatever happened to the servers, nobody has taken the stream for damaged', () => {
  expect(created[1]).toBe(created[0])
})

test('F44: over all faults of a NATS cluster each acknowledged message is stored and shown once, in order', () => {
  expect(report.violations).toEqual([])
})
