import { expect, test } from 'vitest'
import { LanePresence, type Report, type Told } from './presence.ts'

const GRACE = 20_000
const LEASE = 10_000
const SETTLED = LEASE + GRACE
const [ada, ben] = [256, 512]

/** A lane whose owner began at 0; each step says at which time. */
function startLane() {
  const lane = new LanePresence(0, { graceMs: GRACE, settleMs: SETTLED, hearMs: 4_000 })
  const brief = (told: Told[]) => told.map(({ user_id, status }) => `${user_id} ${status}`)
  return {
    lane,
    report: (now: number, gateway: string, report: Partial<Report>) =>
      brief(lane.report({ gateway, online: [], away: [], offline: [], ...report }, now)),
    drop: (now: number, gateway: string, seenAt = now) => brief(lane.drop(gateway, { goneAt: now, seenAt })),
    tick: (now: number) => brief(lane.tick(now)),
    status: (now: number, userId = ada) => lane.statusOf(userId, now),
  }
}

test('who comes is told at once and once, whatever else is reported of the same', () => {
  const { report, status } = startLane()

  expect(report(0, 'g1', { online: [ada, ben] })).toEqual([`${ada} online`, `${ben} online`])
  expect(report(1, 'g1', { online: [ada] })).toEqual([])
  expect(report(2, 'g2', { online: [ada] })).toEqual([])
  expect(status(3)).toBe('online')
})

test('a person is online at any gateway, else away at any', () => {
  const { report } = startLane()
  report(0, 'g1', { online: [ada] })
  report(0, 'g2', { online: [ada] })

  expect(report(1, 'g1', { away: [ada] })).toEqual([])
  expect(report(2, 'g2', { away: [ada] })).toEqual([`${ada} away`])
  expect(report(3, 'g2', { online: [ada] })).toEqual([`${ada} online`])
  expect(report(4, 'g2', { offline: [ada] })).toEqual([`${ada} away`])
})

test('offline is told once, when the grace after the last socket is over, with the time of that socket', () => {
  const { lane, report, tick, status } = startLane()
  report(SETTLED, 'g1', { online: [ada] })
  report(SETTLED, 'g2', { online: [ada] })
  report(SETTLED + 1_000, 'g1', { offline: [ada] })
  expect(tick(SETTLED + GRACE + 1_000)).toEqual([])
  report(SETTLED + 40_000, 'g2', { offline: [ada] })

  expect(tick(SETTLED + 40_000 + GRACE - 1)).toEqual([])
  expect(status(SETTLED + 40_000 + GRACE - 1)).toBe('online')
  expect(lane.tick(SETTLED + 40_000 + GRACE)).toEqual([
    { user_id: ada, status: 'offline', seenAt: SETTLED + 40_000 },
  ])
  expect(tick(SETTLED + 80_000)).toEqual([])
  expect(status(SETTLED + 80_000)).toBe('offline')
})

test('who comes back within the grace was never gone', () => {
  const { report, tick } = startLane()
  report(SETTLED, 'g1', { online: [ada] })
  report(SETTLED + 1, 'g1', { offline: [ada] })

  expect(report(SETTLED + GRACE, 'g2', { online: [ada] })).toEqual([])
  expect(tick(SETTLED + 10 * GRACE)).toEqual([])
})

test('what a gateway holds vanishes with it; whom another one holds too stays', () => {
  const { lane, report, drop } = startLane()
  report(SETTLED, 'g1', { online: [ada, ben] })
  report(SETTLED, 'g2', { online: [ben] })

  expect(drop(SETTLED + LEASE, 'g1', SETTLED + 500)).toEqual([])
  expect(lane.tick(SETTLED + LEASE + GRACE)).toEqual([
    { user_id: ada, status: 'offline', seenAt: SETTLED + 500 },
  ])
})

test('once every gateway has said all, a new owner calls those offline whose grace is over', () => {
  const { report, tick } = startLane()
  report(100, 'g1', { online: [ada, ben], whole: { part: 0, of: 1 } })
  report(200, 'g1', { offline: [ada] })

  expect(tick(200 + GRACE - 1)).toEqual([])
  expect(tick(200 + GRACE)).toEqual([`${ada} offline`])
})

test('while a gateway has not said all, a new owner calls nobody offline before lease and grace are over', () => {
  const { report, tick } = startLane()
  report(100, 'g1', { online: [ada] })
  report(200, 'g1', { offline: [ada] })

  expect(tick(SETTLED - 1)).toEqual([])
  expect(tick(SETTLED)).toEqual([`${ada} offline`])
})

test('until every living gateway has said all, a new owner does not know who is offline', () => {
  const { lane, report, status } = startLane()
  expect(status(3_999)).toBeNull()
  lane.expect('g1')
  expect(status(4_000)).toBeNull()

  report(4_001, 'g1', { online: [ben], whole: { part: 0, of: 1 } })

  expect(status(4_002, ben)).toBe('online')
  expect(status(4_002, ada)).toBe('offline')
})

test('a gateway that never says all is not waited for any longer than it lives, nor than the settling', () => {
  const { lane, drop, status } = startLane()
  lane.expect('g1')
  expect(status(SETTLED - 1)).toBeNull()
  expect(status(SETTLED)).toBe('offline')

  drop(LEASE, 'g1')
  expect(status(LEASE)).toBe('offline')
})

test('a report of all ends what it does not name, but not what came while it was on its way', () => {
  const { lane, report, tick } = startLane()
  const [cat, dan] = [768, 1_024]
  report(SETTLED, 'g1', { online: [ada, ben, dan] })
  report(SETTLED + 1, 'g1', { online: [ben], whole: { part: 0, of: 2 } })
  report(SETTLED + 2, 'g1', { online: [cat], offline: [ben] })
  expect(lane.isWhole('g1')).toBe(false)

  report(SETTLED + 3, 'g1', { away: [dan], whole: { part: 1, of: 2 } })

  expect(lane.isWhole('g1')).toBe(true)
  expect(tick(SETTLED + 2 * GRACE)).toEqual([`${ben} offline`, `${ada} offline`])
  expect([lane.statusOf(cat, SETTLED), lane.statusOf(dan, SETTLED)]).toEqual(['online', 'away'])
})

test('a report of all that lost a part ends nothing, and is asked for again', () => {
  const { lane, report, tick } = startLane()
  report(SETTLED, 'g1', { online: [ada] })
  report(SETTLED, 'g1', { online: [ben], whole: { part: 0, of: 3 } })
  report(SETTLED, 'g1', { whole: { part: 2, of: 3 } })

  expect(lane.isWhole('g1')).toBe(false)
  expect(tick(SETTLED + 2 * GRACE)).toEqual([])
})

test('of those who are offline nothing is kept', () => {
  const { lane, report, tick } = startLane()
  report(SETTLED, 'g1', { online: [ada] })
  report(SETTLED, 'g1', { offline: [ada] })
  tick(SETTLED + GRACE)

  expect(lane.size).toBe(0)
})
