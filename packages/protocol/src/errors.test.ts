import { expect, test } from 'vitest'
import { commonErrors, errors, isCommonErrorCode, isErrorCode, ownErrors } from './errors.ts'

test('a client tries again after exactly these codes; every other one is final', () => {
  const again = Object.entries(errors).filter(([, { remedy }]) => remedy === 'retry' || remedy === 'wait')

  expect(again.map(([code]) => code).toSorted()).toEqual([
    'internal',
    'rate_limited',
    'timeout',
    'unavailable',
  ])
})

test('a code belongs to any operation or to those that declare it, never to both', () => {
  expect(Object.keys(ownErrors).filter(isCommonErrorCode)).toEqual([])
})

test('a code is words, its status an error, its title a sentence for people', () => {
  for (const [code, { status, title }] of Object.entries(errors)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(status, code).toBeGreaterThanOrEqual(400)
    expect(status, code).toBeLessThan(600)
    expect(title, code).toMatch(/^[A-Z].*[^.]$/)
  }
})

test('what is missing for the caller to see answers 404, whatever it is', () => {
  const missing = Object.entries(errors).filter(([code]) => code.endsWith('not_found'))

  expect(new Set(missing.map(([, { status }]) => status))).toEqual(new Set([404]))
})

test('only words of the table are codes', () => {
  expect(['invalid', 'conversation_not_found'].every(isErrorCode)).toBe(true)
  expect(['toString', '__proto__', '', 'Invalid'].some(isErrorCode)).toBe(false)
  expect(Object.keys(commonErrors).every(isCommonErrorCode)).toBe(true)
})
