import { expect, test } from 'vitest'
import { judgeStream } from './stream-state.ts'

const created = '2026-01-01T00:00:00Z'
const stream = (last_seq: number, num_deleted = 0) =>
  ({ created, state: { last_seq, num_deleted } }) as Parameters<typeof judgeStream>[0]

test.each([
  ['it has all that it has acknowledged', stream(7), { created, seq: 7 }, 'whole'],
  ['more came than was noted', stream(9), { created, seq: 7 }, 'whole'],
  ['a release before noted nothing', stream(9), { created: null, seq: 0 }, 'whole'],
  ['there is none', undefined, { created, seq: 7 }, 'missing'],
  ['nothing was ever published', stream(0), { created: null, seq: 0 }, 'another'],
  ['it was made anew, whatever it holds', stream(9), { created: '2025-12-31T00:00:00Z', seq: 7 }, 'another'],
  ['its end is cut off', stream(6), { created, seq: 7 }, 'damaged'],
  ['some are gone from between', stream(9, 2), { created, seq: 7 }, 'damaged'],
] as const)('a stream where %s', (_, info, known, condition) => {
  expect(judgeStream(info, known)).toBe(condition)
})
