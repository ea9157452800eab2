import { RpcError } from '@parley/client'
import { expect, test } from 'vitest'
import { isWrongField } from './wrong-field.ts'

test('a field is wrong where the server named it, whatever else happened', () => {
  const error = new RpcError({
    code: 'invalid',
    errors: [{ path: 'preferences.min_age', message: 'too low' }],
  })

  expect(isWrongField(error, 'preferences.min_age')).toBe(true)
  expect(isWrongField(error, 'min_age')).toBe(false)
  expect(isWrongField(new RpcError({ code: 'unavailable' }), 'min_age')).toBe(false)
  expect(isWrongField(undefined, 'min_age')).toBe(false)
})
