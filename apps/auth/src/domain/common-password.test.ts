import { expect, test } from 'vitest'
import { isCommonPassword } from './common-password.ts'

test('T18: a password that everybody tries first is known, in any letter case', () => {
  expect(isCommonPassword('Password1')).toBe(true)
  expect(isCommonPassword('12345678')).toBe(true)
  expect(isCommonPassword('correct horse battery')).toBe(false)
})
