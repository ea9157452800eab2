import { expect, test } from 'vitest'
import { isLower } from './roles.ts'

test('an admin is above an agent, and an agent above a user', () => {
  const roles = ['user', 'agent', 'admin'] as const
  const lower = roles.flatMap((role) =>
    roles.filter((than) => isLower(role, than)).map((than) => [role, than]),
  )

  expect(lower).toEqual([
    ['user', 'agent'],
    ['user', 'admin'],
    ['agent', 'admin'],
  ])
})
