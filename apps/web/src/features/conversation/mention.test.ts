import type { Member } from '@parley/client'
import { expect, test } from 'vitest'
import { membersLike, mentionAt } from './mention.ts'

const member = (id: number, username: string, first_name = '', last_name = ''): Member => ({
  user: { id, username, first_name, last_name, profile_picture: null },
  role: 'member',
  joined_at: '2026-03-01T10:00:00Z',
  read_seq: 0,
  delivered_seq: 0,
})

test.each<[string, string | undefined]>([
  ['@', ''],
  ['hi @Be', 'be'],
  ['(@be', 'be'],
  ['line\n@be', 'be'],
  ['@ben ', undefined],
  ['mail@be', undefined],
  ['@@be', undefined],
  ['be', undefined],
])('after %j a name is looked for: %j', (text, prefix) => {
  expect(mentionAt(text, text.length)?.prefix).toBe(prefix)
})

test('only what stands before the caret counts', () => {
  expect(mentionAt('hi @ben, hello', 6)).toEqual({ start: 3, prefix: 'be' })
})

test('people are found by their username, then by any part of their name, but not oneself', () => {
  const members = [
    member(1, 'bea'),
    member(2, 'x1', 'Ben', 'Abt'),
    member(3, 'ben'),
    member(4, 'x2', 'Ada', 'Berg'),
    member(5, 'x3', 'Cleo'),
  ]

  expect(membersLike(members, 'be', 1).map(({ user }) => user.id)).toEqual([3, 2, 4])
  expect(membersLike(members, '', 1)).toHaveLength(4)
})

test('a name that is written to its end needs no help', () => {
  expect(membersLike([member(3, 'ben')], 'ben', 1)).toEqual([])
  expect(membersLike([member(3, 'ben'), member(4, 'benno')], 'ben', 1)).toHaveLength(2)
})
