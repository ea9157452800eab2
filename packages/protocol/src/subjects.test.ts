import { expect, test } from 'vitest'
import { events, rpcs, serviceNames } from './catalog.ts'
import { makeId, UPPER_LIMIT } from './ids.ts'
import { subjects } from './subjects.ts'

const largest = makeId(UPPER_LIMIT - 1, 255)

test('every subject is made of plain tokens: nothing in it is a wildcard or a space', () => {
  const made = [
    ...rpcs.map(({ name }) => subjects.rpc(name)),
    ...events.map(({ name }) => subjects.broadcast(name)),
    ...serviceNames.map(subjects.log),
    ...[0, 255].map(subjects.lane),
    ...[0, 255].map(subjects.laneFrames),
    subjects.presence(largest),
    ...(['d', 'e', 'c'] as const).map((kind) => subjects.user(largest, kind)),
  ]

  expect(made.filter((subject) => !/^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(subject))).toEqual([])
  expect(new Set(made).size).toBe(made.length)
})

test("a person's subjects are one subscription, sharded by the id", () => {
  expect(subjects.user(makeId(5, 7), 'd')).toBe('u.7.1287.d')
  expect(subjects.userAll(makeId(5, 7))).toBe('u.7.1287.*')
})
