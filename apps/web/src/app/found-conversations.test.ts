import type { Conversation } from '@parley/client'
import { expect, test } from 'vitest'
import { foundConversations } from './found-conversations.ts'

// Only what decides whether and where a conversation is shown.
const conversation = (id: number, minute: number, rest: Partial<Conversation> = {}): Conversation =>
  ({
    id,
    kind: 'support',
    is_archived: false,
    updated_at: `2026-03-01T10:0${minute}:00.000Z`,
    ...rest,
  }) as Conversation

const idsOf = (conversations: Conversation[]) => conversations.map(({ id }) => id)

test('what a frame has changed since a page was loaded is shown as it is, in its new place', () => {
  const pages = [conversation(1, 3), conversation(2, 2), conversation(3, 1)]
  const answered = conversation(3, 4, { unread_count: 0 })

  const found = foundConversations(pages, [answered], { kind: 'support' })

  expect(idsOf(found)).toEqual([3, 1, 2])
  expect(found[0]).toBe(answered)
})

test('what has come to fit is there, and what fits no longer is not', () => {
  const pages = [1, 2].map((id) => conversation(id, id, { is_archived: true }))
  const known = [conversation(2, 3), conversation(4, 4, { is_archived: true }), conversation(5, 5)]

  expect(idsOf(foundConversations(pages, known, { archived: true }))).toEqual([4, 1])
})

test('those of another kind are left out, and of one time the later id stands first', () => {
  const known = [conversation(1, 1), conversation(2, 1), conversation(3, 1, { kind: 'direct' })]

  expect(idsOf(foundConversations([], known, { kind: 'support' }))).toEqual([2, 1])
})
