import {
  getMe,
  listSessions,
  listStaff,
  logIn,
  refresh,
  sessionEnded,
  setRole,
  updateMe,
  userChanged,
  type Caller,
  type Role,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { callerOf, codeOf, here, PASSWORD, startWorld, type Person, type World } from './world.ts'

let world: World
let admin: Person
beforeAll(async () => {
  world = await startWorld()
  admin = await personWithRole('admin')
})
beforeEach(() => world.query("update account set role = 'admin' where id = $1", [admin.user.id]))
afterAll(() => world[Symbol.asyncDispose]())

async function personWithRole(role: Role): Promise<Person> {
  const person = await world.person()
  await world.query('update account set role = $2 where id = $1', [person.user.id, role])
  return { ...person, caller: { ...person.caller, role } }
}
const give = (role: Role, { user }: Pick<Person, 'user'>, caller: Caller = admin.caller) =>
  world.bus.call(setRole, { user_id: user.id, role }, { caller })
const auditOf = ({ user }: Person) =>
  world.query('select at, actor_id, action, detail from audit where subject_id = $1 order by id', [user.id])
const openSessions = async ({ caller }: Pick<Person, 'caller'>) =>
  (await world.bus.call(listSessions, {}, { caller })).items

test('an admin raises a person, whose next access token says so', async () => {
  const person = await world.person({ first_name: 'Ada' })
  const heard = world.hear(sessionEnded)
  const { id, username, first_name, last_name, profile_picture } = person.user
  const card = { id, username, first_name, last_name, profile_picture }

  expect(await give('agent', person)).toEqual({ ...card, role: 'agent' })

  expect((await world.bus.call(getMe, {}, { caller: person.caller })).role).toBe('agent')
  const renewed = await world.bus.call(refresh, { refresh_token: person.refresh_token })
  expect(renewed.user.role).toBe('agent')
  expect(await openSessions(person)).toHaveLength(1)
  expect(heard).toEqual([])
})

test('T26: a lower role ends every session of the person within a second; a new one has it', async () => {
  const person = await personWithRole('admin')
  const credentials = { identifier: person.username, password: PASSWORD }
  const phone = await world.bus.call(logIn, credentials, { client: here })
  const heard = world.hear(sessionEnded)

  await give('agent', person)

  const ids = [person.caller.session_id, callerOf(phone).session_id].toSorted()
  await eventually(() => expect(heard.map(({ session_ids }) => session_ids.toSorted())).toEqual([ids]), {
    timeoutMs: 1_000,
  })
  expect(await codeOf(world.bus.call(refresh, { refresh_token: phone.refresh_token }))).toBe(
    'refresh_invalid',
  )
  expect((await world.bus.call(logIn, credentials, { client: here })).user.role).toBe('agent')
})

test('everybody hears of each change of role and of card, in an order that versions tell', async () => {
  const person = await world.person()
  const heard = world.hear(userChanged)
  const told = () =>
    heard.flatMap(({ card, role, version }) =>
      // The registration may be told after this test begins to listen.
      card.id === person.user.id && version > 1 ? [{ name: card.first_name, role, version }] : [],
    )

  await give('agent', person)
  await give('agent', person)
  await world.bus.call(updateMe, { first_name: 'Agatha' }, { caller: person.caller })
  await give('user', person)

  await eventually(() =>
    expect(told()).toEqual([
      { name: person.user.first_name, role: 'agent', version: 2 },
      { name: 'Agatha', role: 'agent', version: 3 },
      { name: 'Agatha', role: 'user', version: 4 },
    ]),
  )
})

test('each change is audited, and a role that is had already changes nothing', async () => {
  const person = await world.person()
  const entry = { at: world.clock.now(), actor_id: String(admin.user.id), action: 'set_role' }

  await give('admin', person)
  expect(await give('admin', person)).toMatchObject({ role: 'admin' })
  await give('user', person)
  const again = await world.bus.call(logIn, { identifier: person.username, password: PASSWORD })
  await give('user', person)

  expect(await auditOf(person)).toEqual([
    { ...entry, detail: { from: 'user', to: 'admin' } },
    { ...entry, detail: { from: 'admin', to: 'user' } },
  ])
  expect(await openSessions({ caller: callerOf(again) })).toHaveLength(1)
})

test('T26: whoever is no admin gives nobody a role', async () => {
  const person = await world.person()
  const agent = await personWithRole('agent')

  for (const caller of [person.caller, agent.caller]) {
    expect(await codeOf(give('admin', person, caller))).toBe('forbidden')
  }
  expect(await codeOf(world.bus.call(setRole, { user_id: person.user.id, role: 'admin' }))).toBe(
    'unauthenticated',
  )
  expect(await auditOf(person)).toEqual([])
})

test('T26: a token from before the admin was lowered gives nobody a role', async () => {
  const former = await personWithRole('admin')
  await give('user', former)

  expect(await codeOf(give('admin', former, former.caller))).toBe('forbidden')
})

test('who does not exist is not found, and what is no role is refused by name', async () => {
  expect(await codeOf(give('agent', { user: { ...admin.user, id: 257 } }))).toBe('user_not_found')
  await expect(give('owner' as Role, admin)).rejects.toMatchObject({
    code: 'invalid',
    errors: [expect.objectContaining({ path: 'role' })],
  })
})

test('the last admin stays one; another may step down', async () => {
  await world.query("update account set role = 'user' where id <> $1", [admin.user.id])
  expect(await codeOf(give('user', admin))).toBe('last_admin')
  expect(await auditOf(admin)).toEqual([])

  const other = await personWithRole('admin')
  expect(await give('user', other, other.caller)).toMatchObject({ role: 'user' })
  expect(await codeOf(give('agent', admin))).toBe('last_admin')
})

test('of admins who lower each other at the same time one is left', async () => {
  await world.query("update account set role = 'user'")
  const admins = await Promise.all(Array.from({ length: 8 }, () => personWithRole('admin')))

  const codes = await Promise.all(
    admins.map((one, i) => codeOf(give('user', admins[(i + 1) % admins.length]!, one.caller))),
  )

  const [{ count } = { count: 0 }] = await world.query(
    "select count(*)::int from account where role = 'admin'",
  )
  expect(codes.filter((code) => code === 'answered')).toHaveLength(admins.length - Number(count))
  expect(Number(count)).toBeGreaterThan(0)
})

test('services learn who is staff, in order of id', async () => {
  const person = await world.person()
  const agent = await personWithRole('agent')
  const listed = await world.bus.call(listStaff, {})
  const behind = await world.bus.call(listStaff, { after_id: agent.user.id })

  expect(listed.user_ids).toEqual(expect.arrayContaining([admin.user.id, agent.user.id]))
  expect(listed.user_ids).toEqual(listed.user_ids.toSorted((a, b) => a - b))
  expect(listed.user_ids).not.toContain(person.user.id)
  expect(behind).toEqual({
    user_ids: listed.user_ids.filter((id) => id > agent.user.id),
    has_more: false,
  })
})
