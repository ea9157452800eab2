import { expect, test } from 'vitest'
import { quietAt } from './quiet-hours.ts'

const night = { from: '22:00', to: '07:00', time_zone: 'Europe/Berlin' }
const lunch = { from: '12:00', to: '13:00', time_zone: 'Asia/Kathmandu' }

test.each([
  ['before the evening', night, '2026-01-10T20:59:59.999Z', false],
  ['the evening, to the minute', night, '2026-01-10T21:00:00.000Z', true],
  ['midnight', night, '2026-01-10T23:00:00.000Z', true],
  ['until the morning', night, '2026-01-11T05:59:59.999Z', true],
  ['the morning, to the minute', night, '2026-01-11T06:00:00.000Z', false],
  ['an hour earlier in summer', night, '2026-07-10T20:00:00.000Z', true],
  ['the morning in summer', night, '2026-07-10T05:00:00.000Z', false],
  ['within one day', lunch, '2026-01-10T06:15:00.000Z', true],
  ['before, within one day', lunch, '2026-01-10T06:14:00.000Z', false],
  ['after, within one day', lunch, '2026-01-10T07:15:00.000Z', false],
])('quiet hours: %s', (_, hours, at, quiet) => {
  expect(quietAt(new Date(at))(hours)).toBe(quiet)
})
