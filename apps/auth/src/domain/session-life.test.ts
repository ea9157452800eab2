import { expect, test } from 'vitest'
import { judgeRefresh, sessionEnd } from './session-life.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)
const DAY = 86_400
const session = {
  token_hash: 'second',
  previous_hash: 'first',
  rotated_at: at(100),
  expires_at: at(7 * DAY),
  ended_at: null,
}

test('T12: a session ends 7 days after its last use, and 30 days after it was opened', () => {
  expect(sessionEnd(at(0), at(DAY))).toEqual(at(8 * DAY))
  expect(sessionEnd(at(0), at(29 * DAY))).toEqual(at(30 * DAY))
})

test('T11: the unused token rotates', () => {
  expect(judgeRefresh(session, 'second', at(200))).toBe('rotate')
})

test('T11: the token before repeats its successor for 10 s', () => {
  expect(judgeRefresh(session, 'first', at(100))).toBe('repeat')
  expect(judgeRefresh(session, 'first', at(110))).toBe('repeat')
  expect(judgeRefresh(session, 'first', at(110.001))).toBe('reused')
})

test('T11: an older token is reused at any time', () => {
  expect(judgeRefresh(session, 'older', at(101))).toBe('reused')
  expect(judgeRefresh({ ...session, ended_at: at(101) }, 'older', at(102))).toBe('reused')
})

test('a session that ended or outlived itself renews nothing', () => {
  expect(judgeRefresh({ ...session, ended_at: at(101) }, 'second', at(102))).toBe('over')
  expect(judgeRefresh({ ...session, ended_at: at(101) }, 'first', at(102))).toBe('over')
  expect(judgeRefresh(session, 'second', at(7 * DAY))).toBe('over')
})
