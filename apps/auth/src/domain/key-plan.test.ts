import { expect, test } from 'vitest'
import { currentKey, planKeys } from './key-plan.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const at = (seconds: number) => new Date(start + seconds * 1_000)
const policy = { lifeMs: 1_000_000, leadMs: 60_000, tokenMs: 600_000 }
const key = (kid: string, seconds: number) => ({ kid, use_from: at(seconds) })
const nothing = { make: [], move: [], remove: [] }

test('T10: the first start makes a key to sign with and the next one', () => {
  expect(planKeys([], at(0), policy)).toEqual({ ...nothing, make: [at(0), at(1_000)] })
})

test('nothing changes while there is a current key and a next one', () => {
  expect(planKeys([key('a', 0), key('b', 1_000)], at(999), policy)).toEqual(nothing)
})

test('T10: once the next key signs, another one is published, long before its first use', () => {
  expect(planKeys([key('a', 0), key('b', 1_000)], at(1_000), policy)).toEqual({
    ...nothing,
    make: [at(2_000)],
  })
})

test('T10: after a long stop the next key is still published one lead before its first use', () => {
  expect(planKeys([key('a', 0), key('b', 1_000)], at(1_990), policy).make).toEqual([at(2_050)])
  expect(planKeys([key('a', 0)], at(5_000), policy).make).toEqual([at(5_060)])
})

test('T10: an old key stays published until the last token that it signed has ended', () => {
  const keys = [key('a', 0), key('b', 1_000), key('c', 2_000)]

  expect(planKeys(keys, at(1_599), policy).remove).toEqual([])
  expect(planKeys(keys, at(1_600), policy).remove).toEqual(['a'])
})

test('T10: when the current key is withdrawn, the next one signs at once', () => {
  expect(planKeys([key('b', 1_000)], at(500), policy)).toEqual({
    make: [at(1_500)],
    move: [key('b', 500)],
    remove: [],
  })
})

test('the key whose use began last signs', () => {
  const keys = [key('a', 0), key('b', 1_000)]

  expect(currentKey(keys, at(999))?.kid).toBe('a')
  expect(currentKey(keys, at(1_000))?.kid).toBe('b')
  expect(currentKey(keys, at(-1))).toBeUndefined()
})
