import { expect, test } from 'vitest'
import { plainArray, textArray } from './array-literal.ts'

test('numbers and booleans stand as they are', () => {
  expect(plainArray([1, 2 ** 53 - 1])).toBe('{1,9007199254740991}')
  expect(plainArray([true, false])).toBe('{true,false}')
  expect(plainArray([])).toBe('{}')
})

test('quotes, backslashes, braces and the word null stay text', () => {
  expect(textArray(['a"b', 'c\\d', '{x,y}', 'null', '', null])).toBe(
    '{"a\\"b","c\\\\d","{x,y}","null","",null}',
  )
})
