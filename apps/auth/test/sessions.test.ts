import {
  changePassword,
  endSession,
  listEndedSessions,
  listSessions,
  logIn,
  logOut,
  refresh,
  sessionEnded,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callerOf, codeOf, here, PASSWORD, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const NEW_PASSWORD = 'another good one'
const logInAgain = ({ username }: Person, device: string) =>
  world.bus.call(logIn, { identifier: username, password: PASSWORD }, { client: { ...here, device } })
const openSessions = async ({ caller }: Pick<Person, 'caller'>) =>
  (await world.bus.call(listSessions, {}, { caller })).items
const change = (person: Person, current_password: string, new_password = NEW_PASSWORD) =>
  world.bus.call(changePassword, { current_password, new_password }, { caller: person.caller, client: here })
const ended = async () => (await world.bus.call(listEndedSessions, {})).items

test('a person sees their sessions, the last used first', async () => {
  const person = await world.person()
  world.clock.advance(60)
  const phone = await logInAgain(person, 'Phone/1.0')
  await world.person()

  expect(await openSessions({ caller: callerOf(phone) })).toEqual([
    {
      id: callerOf(phone).session_id,
      device: 'Phone/1.0',
      created_at: world.clock.now().toISOString(),
      last_used_at: world.clock.now().toISOString(),
      is_current: true,
    },
    expect.objectContaining({ id: person.caller.session_id, device: 'Test/1.0', is_current: false }),
  ])
})

test('logging out ends this session alone, and everybody hears of it within a second', async () => {
  const person = await world.person()
  const phone = await logInAgain(person, 'Phone/1.0')
  const heard = world.hear(sessionEnded)
  const { user_id, session_id } = person.caller

  expect(await world.bus.call(logOut, {}, { caller: person.caller })).toEqual({})

  await eventually(() => expect(heard).toEqual([{ user_id, session_ids: [session_id] }]), {
    timeoutMs: 1_000,
  })
  expect((await openSessions({ caller: callerOf(phone) })).map(({ device }) => device)).toEqual(['Phone/1.0'])
  expect(await ended()).toContainEqual({ user_id, session_id })
  expect(await codeOf(world.bus.call(logOut, {}, { caller: person.caller }))).toBe('answered')
})

test('a person ends one of their other sessions', async () => {
  const person = await world.person()
  const phone = await logInAgain(person, 'Phone/1.0')
  const heard = world.hear(sessionEnded)
  const { user_id, session_id } = callerOf(phone)

  await world.bus.call(endSession, { session_id }, { caller: person.caller })

  await eventually(() => expect(heard).toEqual([{ user_id, session_ids: [session_id] }]))
  expect(await openSessions(person)).toHaveLength(1)
  expect(await codeOf(world.bus.call(refresh, { refresh_token: phone.refresh_token }))).toBe(
    'refresh_invalid',
  )
})

test("another person's session, an ended one and an unknown one look the same", async () => {
  const person = await world.person()
  const stranger = await world.person()
  const gone = callerOf(await logInAgain(person, 'Phone/1.0'))
  await world.bus.call(logOut, {}, { caller: gone })

  for (const session_id of [stranger.caller.session_id, gone.session_id, 'unknown']) {
    const call = world.bus.call(endSession, { session_id }, { caller: person.caller })
    await expect(call).rejects.toMatchObject({ code: 'session_not_found' })
  }
  expect(await openSessions(stranger)).toHaveLength(1)
})

test('a new password ends every other session', async () => {
  const person = await world.person()
  const others = [await logInAgain(person, 'Phone/1.0'), await logInAgain(person, 'Desk/1.0')]
  const heard = world.hear(sessionEnded)

  await change(person, PASSWORD)

  const ids = others.map((other) => callerOf(other).session_id).toSorted()
  await eventually(() => expect(heard.map(({ session_ids }) => session_ids.toSorted())).toEqual([ids]))
  expect(await openSessions(person)).toHaveLength(1)
  expect(await codeOf(world.bus.call(refresh, { refresh_token: person.refresh_token }))).toBe('answered')
  expect(await codeOf(logInAgain(person, 'Old/1.0'))).toBe('invalid_credentials')
  const call = world.bus.call(logIn, { identifier: person.username, password: NEW_PASSWORD })
  expect(await codeOf(call)).toBe('answered')
})

test('a password is changed only with the present one, in an open session, to a good one', async () => {
  const person = await world.person()

  expect(await codeOf(change(person, 'wrong password'))).toBe('invalid_credentials')
  await expect(change(person, PASSWORD, 'short')).rejects.toMatchObject({
    code: 'invalid',
    errors: [expect.objectContaining({ path: 'new_password' })],
  })
  await expect(change(person, PASSWORD, 'Password1')).rejects.toMatchObject({
    code: 'invalid',
    errors: [expect.objectContaining({ path: 'new_password' })],
  })
  const phone = await logInAgain(person, 'Phone/1.0')
  await world.bus.call(logOut, {}, { caller: person.caller })
  expect(await codeOf(change(person, PASSWORD))).toBe('unauthenticated')
  expect(await openSessions({ caller: callerOf(phone) })).toHaveLength(1)
})

test('T16: whoever took a session cannot guess at its password without end', async () => {
  const person = await world.person()

  const codes: string[] = []
  for (let i = 0; i < 6; i++) codes.push(await codeOf(change(person, 'wrong password')))

  expect(codes).toEqual([...Array<string>(5).fill('invalid_credentials'), 'rate_limited'])
})

test('of two changes of a password at the same time one succeeds', async () => {
  const person = await world.person()

  const codes = await Promise.all([
    codeOf(change(person, PASSWORD, 'one new password')),
    codeOf(change(person, PASSWORD, 'two new passwords')),
  ])

  expect(codes.toSorted()).toEqual(['answered', 'invalid_credentials'])
})

test('an ended session is told to verifiers for as long as a token of it may live', async () => {
  const person = await world.person()
  const { user_id, session_id } = person.caller
  await world.bus.call(logOut, {}, { caller: person.caller })

  world.clock.advance(600 + 5)
  expect(await ended()).toContainEqual({ user_id, session_id })
  world.clock.advance(120)
  expect(await ended()).not.toContainEqual({ user_id, session_id })
})

test('a session that outlives itself ends by itself, with its event', async () => {
  const person = await world.person()
  const heard = world.hear(sessionEnded)
  const { user_id, session_id } = person.caller

  world.clock.advance(7 * 86_400)

  await eventually(() => expect(heard).toContainEqual({ user_id, session_ids: [session_id] }))
  expect(await openSessions(person)).toEqual([])
})
