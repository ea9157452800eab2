import { expect, test } from 'vitest'
import { SHARDS } from '@parley/protocol'
import {
  newRefreshToken,
  newSecret,
  newUserId,
  readRefreshToken,
  successorOf,
  writeRefreshToken,
} from './secrets.ts'

test('a user id is a whole number below 2^53, in any shard', () => {
  const ids = Array.from({ length: 5_000 }, newUserId)

  expect(ids.every((id) => Number.isSafeInteger(id) && id >= SHARDS)).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(ids.map((id) => id % SHARDS)).size).toBe(SHARDS)
})

test('T11: a refresh token has one successor for each nonce, in the same family', () => {
  const token = newRefreshToken()
  const [nonce, other] = [newSecret(), newSecret()]

  expect(successorOf(token, nonce)).toEqual(successorOf(token, nonce))
  expect(successorOf(token, nonce).family).toBe(token.family)
  expect(successorOf(token, other).secret).not.toBe(successorOf(token, nonce).secret)
})

test('a refresh token is read back as it was written, and nothing else is one', () => {
  const token = newRefreshToken()
  const text = writeRefreshToken(token)

  expect(readRefreshToken(text)).toEqual(token)
  expect(readRefreshToken(writeRefreshToken(successorOf(token, newSecret())))).toBeDefined()
  for (const wrong of ['', text.slice(1), `${text}x`, `${text.slice(1)}.`, `${text.slice(1)}é`]) {
    expect(readRefreshToken(wrong)).toBeUndefined()
  }
})
