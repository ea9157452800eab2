import { expect, test } from 'vitest'
import { judgeOutsideToken } from './outside-session.ts'

const at = (second: number) => new Date(second * 1_000)
const open = { id: 'open' }

test('T13: a token opens a session, enters the open one, and is refused when it is older than the end of one', () => {
  expect(judgeOutsideToken({ open: undefined, endedAt: undefined }, at(5))).toBe('open')
  expect(judgeOutsideToken({ open, endedAt: undefined }, at(5))).toBe(open)
  expect(judgeOutsideToken({ open: undefined, endedAt: at(5) }, at(4))).toBe('refuse')
  expect(judgeOutsideToken({ open: undefined, endedAt: at(5) }, at(5))).toBe('refuse')
  expect(judgeOutsideToken({ open: undefined, endedAt: at(5) }, at(6))).toBe('open')
  expect(judgeOutsideToken({ open, endedAt: at(5) }, at(5))).toBe('refuse')
  expect(judgeOutsideToken({ open, endedAt: at(5) }, at(6))).toBe(open)
})
