import { expect, test } from 'vitest'
import { clientId } from './client-id.ts'

test('ids are version 7 UUIDs, differ, and sort by time', () => {
  const ids = Array.from({ length: 200 }, (_, n) => clientId(1_800_000_000_000 + n))

  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(Array.from({ length: 1_000 }, () => clientId(0))).size).toBe(1_000)
})
