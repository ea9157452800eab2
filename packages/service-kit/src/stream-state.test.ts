import { expect, test } from 'vitest'
import { judgeStream } from './stream-state.ts'

const created = '2026-01-01T00:00:00Z'
const stream = (last_seq: number, { num_deleted = 0, messages = last_seq, bytes = 1 } = {}) =>
  ({
    ...{ created, state: { last_seq, num_deleted, messages, bytes }, config: { max_bytes: 100 } },
  }) as Parameters<typeof judgeStream>[0]
const known = { created, seq: 7, held: 5, isDamaged: false }
const unknown = { created: null, seq: 0, held: 0, isDamaged: false }

test.each([
  ['it has all that it has acknowledged', stream(7), known, 'whole'],
  ['more came than was noted', stream(9), known, 'whole'],
  ['a release before noted nothing', stream(9), unknown, 'whole'],
  ['the oldest were let go, since it is full', stream(9, { messages: 4, bytes: 95 }), known, 'whole'],
  ['there is none', undefined, known, 'missing'],
  ['nothing was ever published', stream(0), unknown, 'another'],
  ['it was made anew, whatever it holds', stream(9), { ...known, created: '2025' }, 'another'],
  ['it was made anew after damage', stream(0), { ...known, created: '2025', isDamaged: true }, 'another'],
  ['its end is cut off', stream(6), known, 'damaged'],
  ['some are gone from between', stream(9, { num_deleted: 2 }), known, 'damaged'],
  ['the oldest are gone', stream(9, { messages: 4 }), known, 'damaged'],
  ['damage was found before', stream(9), { ...known, isDamaged: true }, 'damaged'],
] as const)('a stream where %s', (_, info, noted, condition) => {
  expect(judgeStream(info, noted)).toBe(condition)
})
