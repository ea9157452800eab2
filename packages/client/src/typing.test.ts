import { expect, test } from 'vitest'
import { Typing } from './typing.ts'

test('S2: typing is told seldom, its end too: once in three seconds, and the end only while others may see the sign', () => {
  let now = 0
  const typing = new Typing(() => now)
  const told = (at: number, is_typing = true) => {
    now = at
    return typing.isNews(1, is_typing)
  }

  expect([told(0), told(1_000), told(2_999), told(3_000)]).toEqual([true, false, false, true])
  expect([told(8_999, false), told(9_000, false), told(9_100), told(20_000, false)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('each conversation counts for itself, and a message that was sent begins anew', () => {
  const typing = new Typing(() => 5_000)

  expect([typing.isNews(1, true), typing.isNews(2, true), typing.isNews(1, true)]).toEqual([
    true,
    true,
    false,
  ])
  typing.sent(1)
  expect([typing.isNews(1, true), typing.isNews(2, true)]).toEqual([true, false])
})
