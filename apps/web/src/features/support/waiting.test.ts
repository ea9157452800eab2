import type { Conversation } from '@parley/client'
import { expect, test } from 'vitest'
import { waitingOf } from './waiting.ts'

// Only what decides who waits, and since when.
const asked = (id: number, by: number, minute: number, state = 'open'): Conversation =>
  ({
    id,
    participants: [{ id: 1 }, { id: 2 }],
    last_message: { sender: { id: by }, created_at: `2026-03-01T10:0${minute}:00.000Z` },
    state,
  }) as Conversation

test('who has the last word in an open conversation waits, and who has waited longest stands first', () => {
  const all = [asked(1, 1, 4), asked(2, 2, 3), asked(3, 1, 2), asked(4, 1, 1, 'closed')]

  expect(waitingOf(all).map(({ id }) => id)).toEqual([3, 1])
})

test('where nothing was said, nobody waits', () => {
  expect(waitingOf([{ ...asked(1, 1, 1), last_message: null }])).toEqual([])
})
