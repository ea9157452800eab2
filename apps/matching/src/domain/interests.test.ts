import { expect, test } from 'vitest'
import { interestKeys } from './interests.ts'

test('interests are the same in any case, with any outer blanks, and however a letter is composed', () => {
  expect(interestKeys(['Tea', ' tea', 'CAFÉ', 'cafe\u0301'])).toEqual(['tea', 'café'])
})

test('an interest of blanks is none', () => {
  expect(interestKeys([' ', '\t'])).toEqual([])
})
