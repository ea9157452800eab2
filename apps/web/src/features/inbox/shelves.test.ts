import type { Conversation } from '@parley/client'
import { expect, test } from 'vitest'
import { shelved } from './shelves.ts'

// Only what decides where a conversation stands.
const conversation = (id: number, marks: Partial<Conversation> = {}): Conversation =>
  ({ id, is_pinned: false, is_archived: false, ...marks }) as Conversation

test('pinned conversations stand first and archived ones apart, each in the order of activity', () => {
  const all = [
    conversation(1),
    conversation(2, { is_pinned: true }),
    conversation(3, { is_archived: true }),
    conversation(4, { is_archived: true, is_pinned: true }),
    conversation(5),
    conversation(6, { is_pinned: true }),
  ]

  expect(shelved(all, 'current').map(({ id }) => id)).toEqual([2, 6, 1, 5])
  expect(shelved(all, 'archived').map(({ id }) => id)).toEqual([4, 3])
})
