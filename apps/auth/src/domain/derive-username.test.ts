import { Username } from '@parley/protocol'
import { expect, test } from 'vitest'
import { deriveUsername, withSuffix } from './derive-username.ts'

const derive = (username?: string, first_name?: string, last_name?: string) =>
  deriveUsername({ username, first_name, last_name })

test.each([
  [derive('Ada.Lovelace'), 'ada.lovelace'],
  [derive('Zoë Ångström'), 'zoe-angstrom'],
  [derive(undefined, 'Ada', 'Lovelace'), 'ada-lovelace'],
  [derive('李', 'Li', 'Wei'), 'li-wei'],
  [derive('李', '李', undefined), 'user'],
  [derive(), 'user'],
  [derive('--..'), 'user'],
  [derive('x'.repeat(60)), 'x'.repeat(32)],
])('%s is a username', (derived, wanted) => {
  expect(derived).toBe(wanted)
  expect(Username.safeParse(derived).success).toBe(true)
})

test('an e-mail address shows nothing of itself in a username', () => {
  expect(derive('ada.private@example.org', 'Ada', undefined)).toBe('ada')
  expect(derive('ada.private@example.org')).toBe('user')
})

test('a suffix fits, however long the name is', () => {
  expect(withSuffix('ada', 'ffff')).toBe('ada-ffff')
  expect(withSuffix('x'.repeat(32), 'ffff')).toBe(`${'x'.repeat(27)}-ffff`)
})
