import { expect, test } from 'vitest'
import { accepts, compareRanks, rankCandidates, type Person } from './candidates.ts'

const now = new Date('2026-11-20T12:00:00.000Z')
const today = '2026-11-20'
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

const somebody = (parts: Partial<Person> = {}): Person => ({
  user_id: 1,
  bio: null,
  gender: null,
  birth_date: null,
  interest_keys: [],
  wanted_genders: null,
  min_age: null,
  max_age: null,
  place: 1,
  listed_at: now,
  created_at: daysAgo(30),
  ...parts,
})

test('who narrows nothing accepts somebody of whom nothing is known', () => {
  expect(accepts(somebody(), somebody(), today)).toBe(true)
  expect(accepts(somebody({ wanted_genders: [] }), somebody(), today)).toBe(true)
})

test.each([
  ['man', true],
  ['woman', false],
  [null, false],
])('who looks for men and accepts a gender of %s: %s', (gender, accepted) => {
  expect(accepts(somebody({ wanted_genders: ['man'] }), somebody({ gender }), today)).toBe(accepted)
})

test.each([
  [{ min_age: 30 }, '1996-11-20', true],
  [{ min_age: 30 }, '1996-11-21', false],
  [{ max_age: 30 }, '1995-11-21', true],
  [{ max_age: 30 }, '1995-11-20', false],
  [{ min_age: 30, max_age: 30 }, '1996-01-01', true],
  [{ min_age: 18 }, null, false],
  [{ max_age: 120 }, null, false],
])('who looks for %o and accepts somebody born on %s: %s', (ages, birth_date, accepted) => {
  expect(accepts(somebody(ages), somebody({ birth_date }), today)).toBe(accepted)
})

test('a person whom only one side accepts is no candidate', () => {
  const me = somebody({ gender: 'woman', wanted_genders: ['man'] })
  const fits = somebody({ user_id: 2, gender: 'man', wanted_genders: ['woman'] })
  const notForThem = somebody({ user_id: 3, gender: 'man', wanted_genders: ['man'] })
  const notForMe = somebody({ user_id: 4, gender: 'woman' })

  const ranked = rankCandidates(me, [notForMe, fits, notForThem], now)

  expect(ranked.map(({ user_id }) => user_id)).toEqual([2])
})

test('shared interests count most, up to five, and each is a reason', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  const me = somebody({ interest_keys: keys })
  const sharing = (n: number) => somebody({ user_id: n, place: n, interest_keys: keys.slice(0, n) })

  const ranked = rankCandidates(me, [sharing(1), sharing(6), sharing(5), sharing(2)], now)

  expect(ranked.map(({ user_id }) => user_id)).toEqual([6, 5, 2, 1])
  expect(ranked[0]?.score).toBe(ranked[1]?.score)
  expect(ranked[3]?.reasons).toEqual(['shared_interest:a'])
})

test('who is listed more recently, or says more, comes before', () => {
  const old = somebody({ user_id: 2, place: 9, listed_at: daysAgo(14) })
  const recent = somebody({ user_id: 3, place: 2, listed_at: daysAgo(1) })
  const full = { bio: 'x', gender: 'man', birth_date: '1990-01-01', interest_keys: ['z'] }
  const complete = somebody({ user_id: 4, place: 1, listed_at: daysAgo(1), ...full })

  const ranked = rankCandidates(somebody(), [old, recent, complete], now)

  expect(ranked.map(({ user_id, reasons }) => [user_id, reasons])).toEqual([
    [4, ['complete_profile']],
    [3, []],
    [2, []],
  ])
})

test('a person is new here for seven days', () => {
  const people = [6.9, 7].map((days, i) => somebody({ place: 2 - i, created_at: daysAgo(days) }))

  const ranked = rankCandidates(somebody(), people, now)

  expect(ranked.map(({ reasons }) => reasons)).toEqual([['new_here'], []])
})

test('a score is between 0 and 1', () => {
  const full = { bio: 'x', gender: 'man', birth_date: '1990-01-01', interest_keys: ['a', 'b', 'c', 'd', 'e'] }
  const best = rankCandidates(somebody(full), [somebody({ ...full, listed_at: daysAgo(-1) })], now)
  const worst = rankCandidates(somebody(), [somebody({ listed_at: daysAgo(5_000) })], now)

  expect([best[0]?.score, worst[0]?.score]).toEqual([1, 0])
})

test('equal scores are ordered by place, so that no two are equal', () => {
  expect(compareRanks({ score: 0.5, place: 2 }, { score: 0.5, place: 1 })).toBeLessThan(0)
  expect(compareRanks({ score: 0.4, place: 2 }, { score: 0.5, place: 1 })).toBeGreaterThan(0)
})
