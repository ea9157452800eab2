import { expect, test } from 'vitest'
import { rightsOver, type Standing } from './rights.ts'

const offered = (role: Standing['role'], kind: Standing['conversation']['kind'] = 'group') =>
  Object.fromEntries(
    (['owner', 'admin', 'member'] as const).map((other) => [
      other,
      Object.entries(rightsOver(other, { role, conversation: { kind } }))
        .filter(([, may]) => may)
        .map(([right]) => right),
    ]),
  )

test('an owner decides about everybody, an admin about plain members, a member about nobody', () => {
  expect(offered('owner')).toEqual({
    owner: [],
    admin: ['mayDemote', 'mayTransfer', 'mayRemove'],
    member: ['mayPromote', 'mayTransfer', 'mayRemove'],
  })
  expect(offered('admin')).toEqual({ owner: [], admin: [], member: ['mayRemove'] })
  expect(offered('member')).toEqual({ owner: [], admin: [], member: [] })
  expect(offered(undefined)).toEqual({ owner: [], admin: [], member: [] })
})

test('between two people there are no roles', () => {
  expect(offered('owner', 'direct').member).toEqual([])
})
