import { beforeAll, expect, test } from 'vitest'
import { canMount } from './disks.ts'
import { recovered, recoveredOpen, recoveryAfter } from './recovered.ts'
import type { Recovery } from './recovery.ts'
import type { Report } from './report.ts'
import { runFaults, SYSTEM_ENV } from './run.ts'
import { startStand } from './stand.ts'

const SEED = 1

let report: Report

beforeAll(async () => {
  await using stand = await startStand({ gateways: 3, env: SYSTEM_ENV, seed: SEED })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  report = await runFaults(stand, { seed: SEED, minutes: 0, sendsPerSecond: 50, print })
}, 900_000)

const after = (kind: string): Recovery => recoveryAfter(report, kind)

test.for(['gateway-1 killed', 'gateways killed in turn'])(
  'F01: clients of a killed gateway resume elsewhere: %s',
  (kind) => {
    expect(after(kind)).toMatchObject(recovered)
  },
)

test.for(['messaging killed', 'messaging + messaging-2 killed'])(
  'F02: after messaging was killed each lane has an owner again, and sockets stay open: %s',
  (kind) => {
    expect(after(kind)).toMatchObject(recoveredOpen)
  },
)

test('F03: a killed auth closes no socket, and who logs in soon can', () => {
  expect(after('auth killed')).toMatchObject(recoveredOpen)
})

test('F04, F05: of two processes of matching, each with a relay of its events, one is killed: likes, matches and events go on', () => {
  expect(after('matching killed')).toMatchObject(recoveredOpen)
})

test.for(['nats killed', 'nats wiped'])('F06: NATS comes back, even without its data: %s', (kind) => {
  expect(after(kind)).toMatchObject(recovered)
})

test('F12: a killed Postgres comes back, and sockets stay open meanwhile', () => {
  expect(after('postgres killed')).toMatchObject(recoveredOpen)
})

test.for(['postgres paused', 'tables locked'])(
  'F15: Postgres that does not answer for a while is waited out, and sockets stay open: %s',
  (kind) => {
    expect(after(kind)).toMatchObject(recoveredOpen)
  },
)

test('F16: services whose connections somebody else has taken come back by themselves', () => {
  expect(after('connections to postgres taken')).toMatchObject(recoveredOpen)
})

test.skipIf(!canMount)(
  'F17: NATS whose disk was full goes on once there is space and it is started again, and sockets stay open',
  () => {
    expect(after('disk of nats full')).toMatchObject(recoveredOpen)
  },
)

test('F21: clients whose connection is silent, both ways or one, find another one and miss nothing', () => {
  expect(after('clients half-open')).toMatchObject(recovered)
})

test.for([
  'gateway-1 cut off from nats',
  'messaging cut off from nats',
  'connections to nats broken amid a message',
])('F22: a process that is cut off from NATS catches up: %s', (kind) => {
  expect(after(kind)).toMatchObject(recovered)
})

test.for([
  'messaging cut off from postgres',
  'matching cut off from postgres',
  'connections to postgres broken amid a message',
])('F23: services that are cut off from Postgres come back, and sockets stay open: %s', (kind) => {
  expect(after(kind)).toMatchObject(recoveredOpen)
})

test.for([
  'gateway-1 hearing nothing from nats',
  'messaging not heard by nats',
  'messaging hearing nothing from postgres',
])('F24: a way that is cut in one direction alone is no other than one that is cut: %s', (kind) => {
  expect(after(kind)).toMatchObject(recovered)
})

test.for(['a rough network to nats', 'a rough network to clients'])(
  'F26: over a slow, narrow network with losses everything arrives: %s',
  (kind) => {
    expect(after(kind)).toMatchObject(recovered)
  },
)

test.for(['messaging paused', 'gateway-1 paused', 'matching + auth paused', 'nats paused'])(
  'F27, F36: a process that stood still goes on, and sockets stay open meanwhile: %s',
  (kind) => {
    expect(after(kind)).toMatchObject(recoveredOpen)
  },
)

test.for([
  'clock of messaging 3600 s ahead',
  'clock of messaging 3600 s behind',
  'clock of gateway-1 3 s ahead',
])('F28: order and repeats go by no clock, and tokens have some seconds: %s', (kind) => {
  expect(after(kind)).toMatchObject(recoveredOpen)
})

test('F29, F30: frames that come twice or in another order are shown once, in order', () => {
  expect(after('frames doubled and swapped')).toMatchObject(recoveredOpen)
})

test('F30: frames that were lost on the way to a gateway are pulled', () => {
  expect(after('frames lost')).toMatchObject(recoveredOpen)
})

test('F33: clients that were all dropped at once are back, each with what it missed', () => {
  expect(after('all clients dropped')).toMatchObject(recovered)
})

test.skipIf(process.platform !== 'linux')(
  'F35: a gateway without a descriptor left lives on, and lets people in once it has some',
  () => {
    expect(after('gateway-1 without descriptors')).toMatchObject(recovered)
  },
)

test('F37: where the files of streams were damaged events go on', () => {
  expect(after('files of streams damaged')).toMatchObject(recoveredOpen)
})

test('F38: streams that somebody deleted are filled again', () => {
  expect(after('streams deleted')).toMatchObject(recoveredOpen)
})

test('F42: events that nobody can make sense of hold nothing up for long', () => {
  expect(after('poison events')).toMatchObject(recoveredOpen)
})

test('F44: over all faults each acknowledged message and change is stored and shown once, in order, and each match is whole', () => {
  expect(report.violations).toEqual([])
})
