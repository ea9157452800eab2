import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { Id, makeId, optional, pairShard, SHARDS, shardOf, text, UPPER_LIMIT, webUrl } from './ids.ts'

const upper = fc.integer({ min: 1, max: UPPER_LIMIT - 1 })
const shard = fc.integer({ min: 0, max: SHARDS - 1 })
const id = fc.tuple(upper, shard).map(([high, low]) => makeId(high, low))

test('an id is made of its parts, exactly, and stays below 2^53', () => {
  fc.assert(
    fc.property(upper, shard, (high, low) => {
      const made = makeId(high, low)
      expect(Number.isSafeInteger(made)).toBe(true)
      expect([shardOf(made), Math.floor(made / SHARDS)]).toEqual([low, high])
    }),
  )
  expect(makeId(UPPER_LIMIT - 1, SHARDS - 1)).toBe(Number.MAX_SAFE_INTEGER)
})

test('a pair has one shard, whoever asks', () => {
  fc.assert(
    fc.property(id, id, (a, b) => {
      const found = pairShard(a, b)
      expect(found).toBe(pairShard(b, a))
      expect(Number.isInteger(found) && found >= 0 && found < SHARDS).toBe(true)
    }),
  )
})

// Deterministic, so that a test of chance never fails by chance.
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647
    yield state
  }
}

test.each([
  ['people with random ids', (n: number) => n * 16_381],
  ['people who registered one after the other', (_: number, i: number) => 1_000 + i],
])('the pairs of %s are spread evenly over the shards', (_, upperOf) => {
  const random = numbers(7)
  const next = () => random.next().value as number
  const people = Array.from({ length: 1_000 }, (_person, i) => makeId(upperOf(next(), i), next() % SHARDS))
  const counts = Array.from({ length: SHARDS }, () => 0)
  const pairs = 64_000
  for (let i = 0; i < pairs; i++) {
    const [a = 0, b = 0] = [people[next() % people.length], people[next() % people.length]]
    if (a !== b) counts[pairShard(a, b)]! += 1
  }

  const mean = pairs / SHARDS
  expect(Math.min(...counts)).toBeGreaterThan(mean / 2)
  expect(Math.max(...counts)).toBeLessThan(mean * 2)
})

test('an id is a whole number from 1 to 2^53 - 1, and no text', () => {
  for (const good of [1, 511, Number.MAX_SAFE_INTEGER]) expect(Id.safeParse(good).success).toBe(true)
  for (const bad of [0, -1, 1.5, 2 ** 53, Infinity, NaN, '511', null, true])
    expect(Id.safeParse(bad).success, String(bad)).toBe(false)
})

test('text holds what Postgres and UTF-8 can hold, within its bounds', () => {
  const schema = text(1, 5)

  for (const good of ['a', 'ñandú', '😀😀', '\n\t', '\u{10ffff}'])
    expect(schema.safeParse(good).success).toBe(true)
  for (const bad of ['', 'abcdef', 'a\0b', '\ud83d', '\ude00a', 5])
    expect(schema.safeParse(bad).success, JSON.stringify(bad)).toBe(false)
})

test('an address is one of http or https', () => {
  const schema = webUrl(60)

  for (const good of ['https://example.org/a?b=c#d', 'http://127.0.0.1:8000/'])
    expect(schema.parse(good)).toBe(good)
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.org',
    'ftp://x.org',
    `https://x.org/${'a'.repeat(60)}`,
  ])
    expect(schema.safeParse(bad).success, bad).toBe(false)
})

test('in an optional field null means absent, and what is absent stays so', () => {
  const schema = z.object({ title: optional(text(1, 5)) })

  for (const given of [{}, { title: null }, { title: undefined }])
    expect(JSON.stringify(schema.parse(given))).toBe('{}')
  expect(schema.parse({ title: 'a' })).toEqual({ title: 'a' })
  expect(schema.safeParse({ title: '' }).success).toBe(false)
})
