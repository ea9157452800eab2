import { listSessions, logOut, refresh, sessionEnded } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { callerOf, codeOf, startWorld, type Person, type World } from './world.ts'

const DAY = 86_400
let world: World
let person: Person
beforeEach(async () => {
  world ??= await startWorld()
  person = await world.person()
})
afterAll(() => world[Symbol.asyncDispose]())

const renew = (refresh_token: string) => world.bus.call(refresh, { refresh_token })
const sessionsOf = ({ user }: Person) => world.query('select * from session where user_id = $1', [user.id])

test('both tokens are new, and the session stays', async () => {
  world.clock.advance(60)

  const renewed = await renew(person.refresh_token)

  expect(renewed).toMatchObject({ user: person.user, token_type: 'Bearer', expires_in: 600 })
  expect(renewed.refresh_token).not.toBe(person.refresh_token)
  expect(renewed.access_token).not.toBe(person.access_token)
  expect(callerOf(renewed)).toEqual(person.caller)
  const { items } = await world.bus.call(listSessions, {}, { caller: person.caller })
  expect(items).toMatchObject([{ last_used_at: world.clock.now().toISOString() }])
})

test('T11: a used token again after 11 s ends the whole session', async () => {
  const heard = world.hear(sessionEnded)
  const { user_id, session_id } = person.caller
  const { refresh_token: second } = await renew(person.refresh_token)
  world.clock.advance(11)

  expect(await codeOf(renew(person.refresh_token))).toBe('refresh_reused')
  expect(await codeOf(renew(second))).toBe('refresh_invalid')
  expect(await codeOf(renew(person.refresh_token))).toBe('refresh_reused')
  await eventually(() => expect(heard).toContainEqual({ user_id, session_ids: [session_id] }), {
    timeoutMs: 1_000,
  })
})

test('T11: a lost answer may be asked for again: the same successor comes', async () => {
  const { refresh_token: second } = await renew(person.refresh_token)
  world.clock.advance(10)

  const again = await renew(person.refresh_token)

  expect(again.refresh_token).toBe(second)
  expect(callerOf(again)).toEqual(person.caller)
  expect(await codeOf(renew(second))).toBe('answered')
})

test('T11: once the successor is used, its predecessor ends the session at any time', async () => {
  const { refresh_token: second } = await renew(person.refresh_token)
  const { refresh_token: third } = await renew(second)

  expect(await codeOf(renew(person.refresh_token))).toBe('refresh_reused')
  expect(await codeOf(renew(third))).toBe('refresh_invalid')
})

test('T11: of 20 parallel uses each gets one and the same successor', async () => {
  const before = await sessionsOf(person)

  const answers = await Promise.all(Array.from({ length: 20 }, () => renew(person.refresh_token)))

  const successors = new Set(answers.map(({ refresh_token }) => refresh_token))
  expect(successors.size).toBe(1)
  expect(await sessionsOf(person)).toHaveLength(before.length)
  const [successor] = [...successors]
  expect(await codeOf(renew(successor!))).toBe('answered')
})

test('a person whose session was stolen keeps the others', async () => {
  const other = await world.person()
  await renew(person.refresh_token)
  world.clock.advance(11)
  await codeOf(renew(person.refresh_token))

  expect(await codeOf(renew(other.refresh_token))).toBe('answered')
})

test('an invented token ends nothing', async () => {
  const invented = [
    'x',
    person.caller.session_id,
    `${'A'.repeat(22)}${'B'.repeat(43)}`,
    `${person.refresh_token}x`,
  ]
  for (const token of invented) expect(await codeOf(renew(token))).toBe('refresh_invalid')

  expect(await codeOf(renew(''))).toBe('invalid')
  expect(await codeOf(renew(person.refresh_token))).toBe('answered')
})

test('after a log-out there is nothing to renew', async () => {
  await world.bus.call(logOut, {}, { caller: person.caller })

  expect(await codeOf(renew(person.refresh_token))).toBe('refresh_invalid')
})

test('T12: a session that nobody uses for 8 days is over', async () => {
  world.clock.advance(8 * DAY)

  expect(await codeOf(renew(person.refresh_token))).toBe('refresh_invalid')
})

test('T12: a session is over on its 31st day, however often it was used', async () => {
  let token = person.refresh_token
  for (let day = 0; day < 30; day += 6) {
    token = (await renew(token)).refresh_token
    world.clock.advance(6 * DAY)
  }

  expect(await codeOf(renew(token))).toBe('refresh_invalid')
})

test('T12: what the database holds is of no use to whoever reads it', async () => {
  const renewed = await renew(person.refresh_token)
  const tables = await world.query("select tablename from pg_tables where schemaname = 'auth'")

  let dump = ''
  for (const { tablename } of tables) {
    dump += JSON.stringify(await world.query(`select * from auth.${String(tablename)}`))
  }

  for (const { refresh_token, access_token } of [person, renewed]) {
    expect(dump).not.toContain(refresh_token)
    expect(dump).not.toContain(refresh_token.slice(0, 22))
    expect(dump).not.toContain(refresh_token.slice(22))
    expect(dump).not.toContain(access_token.split('.')[2])
  }
  const [stored] = await sessionsOf(person)
  for (const value of Object.values(stored!)) {
    if (typeof value === 'string') expect(await codeOf(renew(value))).toBe('refresh_invalid')
  }
})
