import { expect, test } from 'vitest'
import { readIdentifier } from './identifier.ts'

test.each([
  ['ada', { field: 'username', value: 'ada' }],
  ['Ada.L', { field: 'username', value: 'ada.l' }],
  ['Ada@Example.ORG', { field: 'email', value: 'ada@example.org' }],
  ['+33612345678', { field: 'phone', value: '+33612345678' }],
])('%s is a name to log in with', (text, identifier) => {
  expect(readIdentifier(text)).toEqual(identifier)
})
