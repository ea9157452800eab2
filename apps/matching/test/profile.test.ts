import { checkMatching, getProfile, putProfile } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProfile } from '../src/store/profiles.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const blank = {
  bio: null,
  gender: null,
  birth_date: null,
  interests: [],
  is_visible: true,
  preferences: {},
}

const full = {
  bio: 'Climbs.',
  gender: 'woman' as const,
  birth_date: '1990-03-31',
  interests: ['Hiking', 'tea'],
  is_visible: false,
  preferences: { genders: ['man' as const, 'nonbinary' as const], min_age: 25, max_age: 40 },
}

test('a person who has said nothing has a blank, visible profile', async () => {
  expect(await world.as(world.stranger())(getProfile, {})).toEqual(blank)
})

test('a profile is replaced as a whole and reads back as it was given', async () => {
  const ada = world.stranger()

  const put = await world.as(ada)(putProfile, full)
  const read = await world.as(ada)(getProfile, {})
  const emptied = await world.as(ada)(putProfile, { bio: null })

  expect(put).toEqual(full)
  expect(read).toEqual(full)
  expect(emptied).toEqual(blank)
})

test('news of an account make a blank profile once, and never touch one that is filled', async () => {
  const ada = await world.person()
  const card = world.auth.add(ada)
  await world.as(ada)(putProfile, full)

  await world.auth.announce({ ...card, first_name: 'Adah' })
  // News come in order: once this person is known, the ones before were read.
  await world.person()

  expect(await world.as(ada)(getProfile, {})).toEqual(full)
})

test('a profile is not moved to the front by saving it again on the same day', async () => {
  const ada = world.stranger()
  await world.as(ada)(putProfile, full)
  const first = await findProfile(world.db, ada)
  await world.as(ada)(putProfile, full)
  const second = await findProfile(world.db, ada)
  await world.db
    .updateTable('profile')
    .set({ listed_at: new Date(Date.now() - 86_500_000) })
    .where('user_id', '=', ada)
    .execute()
  await world.as(ada)(putProfile, full)
  const nextDay = await findProfile(world.db, ada)

  expect(second?.place).toBe(first?.place)
  expect(nextDay?.place).toBeGreaterThan(first?.place ?? Infinity)
})

test.each([
  ['gender', { gender: 'x' }],
  ['birth_date', { birth_date: '1990-02-30' }],
  ['birth_date', { birth_date: '0000-01-01' }],
  ['birth_date', { birth_date: '2999-01-01' }],
  ['bio', { bio: 'x'.repeat(501) }],
  ['interests.0', { interests: [''] }],
  ['preferences.max_age', { preferences: { min_age: 40, max_age: 30 } }],
])('a wrong %s is refused by name', async (path, profile) => {
  await expect(world.as(world.stranger())(putProfile, profile as object)).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path }],
  })
})

test('says that it lacks nothing while its servers answer', async () => {
  expect(await world.bus.call(checkMatching, {})).toEqual({ missing: [] })
})
