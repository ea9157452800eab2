import { expect, test } from 'vitest'
import { isBehind } from './use-left-off.ts'

test('there is something to mark while the server counts something as unread, or has the mark before the end', () => {
  expect(isBehind({ last_seq: 5, read_seq: 5, unread_count: 0 })).toBe(false)
  expect(isBehind({ last_seq: 5, read_seq: 4, unread_count: 0 })).toBe(true)
  expect(isBehind({ last_seq: 5, read_seq: 5, unread_count: 1 })).toBe(true)
})
