import {
  changePassword,
  exchange,
  getMe,
  listSessions,
  logIn,
  logOut,
  refresh,
  updateMe,
  userChanged,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APPWRITE, somewhere, startOutsideWorld, type OutsideWorld } from './outside-world.ts'
import { callerOf, codeOf, PASSWORD, startWorld } from './world.ts'

let world: OutsideWorld
beforeAll(async () => void (world = await startOutsideWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const byOidc = async (subject: string, claims = {}, client = somewhere()) =>
  world.exchange(world.oidc.url, await world.oidc.token(subject, { claims }), client)
const byAppwrite = async (userId: string, client = somewhere()) =>
  world.exchange(APPWRITE, await world.appwriteToken(userId), client)

test('the first log-in makes an account from what the issuer tells, and each log-in a session', async () => {
  const ada = {
    ...{ preferred_username: 'Ada.Lovelace', given_name: 'Ada', family_name: 'Lovelace' },
    ...{ email: 'Ada@Example.org', email_verified: true },
  }
  const first = await byOidc('ada', ada, { ...somewhere(), device: 'Phone/1.0' })
  const second = await byOidc('ada', {}, { ...somewhere(), device: 'Desk/1.0' })

  expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
  expect(first.user).toMatchObject({
    ...{ username: 'ada.lovelace', first_name: 'Ada', last_name: 'Lovelace' },
    ...{ email: 'ada@example.org', phone: null, role: 'user' },
  })
  expect(second.user).toEqual(first.user)
  const { items } = await world.bus.call(listSessions, {}, { caller: callerOf(second) })
  expect(items.map(({ device }) => device).toSorted()).toEqual(['Desk/1.0', 'Phone/1.0'])
  expect(await world.bus.call(refresh, { refresh_token: first.refresh_token })).toMatchObject({
    user: first.user,
  })
})

test('S1: the token of an outside issuer is taken: signed with a shared secret, it names its person by the claim that is set up', async () => {
  const first = await byAppwrite('65f1c0ffee')
  const again = await byAppwrite('65f1c0ffee')
  const other = await byAppwrite('65f1c0ffef')

  expect(again.user.id).toBe(first.user.id)
  expect(other.user.id).not.toBe(first.user.id)
  expect(first.user.username).toMatch(/^user(-[0-9a-f]{8})?$/)
})

test('two issuers may use the same subject for two people', async () => {
  const { user: one } = await byOidc('same-subject')
  const { user: other } = await byAppwrite('same-subject')

  expect(one.id).not.toBe(other.id)
})

test('first log-ins of one person at the same time make one account', async () => {
  const token = await world.oidc.token('racing', { claims: { preferred_username: 'racing' } })
  const all = await Promise.all(
    Array.from({ length: 12 }, () => world.exchange(world.oidc.url, token, somewhere())),
  )

  expect(new Set(all.map(({ user }) => user.id)).size).toBe(1)
  expect(await world.query("select from account where username like 'racing%'")).toHaveLength(1)
  expect(new Set(all.map((tokens) => callerOf(tokens).session_id)).size).toBe(12)
})

test('people of the same name get usernames of their own', async () => {
  const names = ['one', 'two', 'three'].map((subject) => byOidc(subject, { preferred_username: 'namesake' }))
  const usernames = (await Promise.all(names)).map(({ user }) => user.username)

  expect(new Set(usernames).size).toBe(3)
  expect(usernames).toContain('namesake')
  expect(usernames.every((name) => /^namesake(-[0-9a-f]{8})?$/.test(name))).toBe(true)
})

test('an e-mail address that an account has gives nobody that account, and one not verified is not kept', async () => {
  const owner = await world.person({ email: 'owner@example.org' })

  const taker = await byOidc('taker', { email: 'owner@example.org', email_verified: true })
  const pretender = await byOidc('pretender', { email: 'free@example.org', email_verified: false })
  const silent = await byOidc('silent', { email: 'free@example.org' })

  expect(taker.user.id).not.toBe(owner.user.id)
  expect([taker, pretender, silent].map(({ user }) => user.email)).toEqual([null, null, null])
})

test('no password opens an account that has none', async () => {
  const { user } = await byOidc('no-password', { preferred_username: 'no-password' })

  const logIns = ['', 'null', 'undefined', PASSWORD, 'nobody has this password'].filter(Boolean)
  for (const password of logIns)
    expect(
      await codeOf(world.bus.call(logIn, { identifier: user.username, password }, { client: somewhere() })),
    ).toBe('invalid_credentials')
})

test('a password is set with a token of the same person outside, and then opens the account', async () => {
  const first = await byOidc('sets-password', { preferred_username: 'sets-password' })
  const elsewhere = await byOidc('sets-password')
  const caller = callerOf(first)
  const set = async (proof: Record<string, string>) =>
    codeOf(
      world.bus.call(changePassword, { ...proof, new_password: PASSWORD }, { caller, client: somewhere() }),
    )
  const tokenOf = (subject: string) => world.oidc.token(subject)
  const issuer = world.oidc.url
  await byOidc('somebody-else')

  expect(await set({ current_password: PASSWORD })).toBe('invalid_credentials')
  expect(await set({ issuer, token: await tokenOf('somebody-else') })).toBe('invalid_credentials')
  expect(await set({ issuer, token: await tokenOf('nobody-yet') })).toBe('invalid_credentials')
  expect(await set({ issuer: APPWRITE, token: await tokenOf('sets-password') })).toBe('invalid_credentials')
  expect(await set({ issuer })).toBe('invalid')
  expect(await set({ issuer, token: await tokenOf('sets-password') })).toBe('answered')
  const { user } = await world.bus.call(
    logIn,
    { identifier: 'sets-password', password: PASSWORD },
    { client: somewhere() },
  )
  expect(user.id).toBe(caller.user_id)
  expect(await codeOf(world.bus.call(refresh, { refresh_token: elsewhere.refresh_token }))).toBe(
    'refresh_invalid',
  )
})

test('what the person changes stays, whatever the issuer says later', async () => {
  const tokens = await byOidc('renamed', { given_name: 'Before' })
  await world.bus.call(updateMe, { first_name: 'After' }, { caller: callerOf(tokens) })
  const again = await byOidc('renamed', { given_name: 'Before' })

  expect(again.user.first_name).toBe('After')
  expect(await world.bus.call(getMe, {}, { caller: callerOf(again) })).toEqual(again.user)
})

test('after a log-out the same token logs in again, as a password would', async () => {
  const token = await world.oidc.token('leaves')
  const first = await world.exchange(world.oidc.url, token)
  await world.bus.call(logOut, {}, { caller: callerOf(first) })

  expect((await world.exchange(world.oidc.url, token)).user.id).toBe(first.user.id)
})

test('claims that cannot be kept are left out', async () => {
  const strange = {
    ...{ preferred_username: '\0\ud800', given_name: 'a\0b', family_name: 'x'.repeat(65) },
    ...{ email: 'no address', email_verified: true },
  }
  const { user } = await byOidc('strange', strange)

  expect(user).toMatchObject({ first_name: '', last_name: '', email: null })
  expect(user.username).toMatch(/^user/)
})

test('an account that is gone takes its identity along; the next log-in makes another', async () => {
  const before = await byAppwrite('erased')
  await world.query('delete from account where id = $1', [before.user.id])
  const after = await byAppwrite('erased')

  expect(after.user.id).not.toBe(before.user.id)
})

test('T16: one network gets 30 refused tokens, then it has to wait; a good one is accepted all the same', async () => {
  const client = somewhere()
  const attempt = (token: string) => codeOf(world.exchange(world.oidc.url, token, client))
  const codes: string[] = []
  for (let i = 0; i < 35; i++) codes.push(await attempt(`not-a-token-${i}`))

  expect(codes.slice(0, 30)).toEqual(Array(30).fill('invalid_credentials'))
  expect(codes.slice(30)).toEqual(Array(5).fill('rate_limited'))
  expect(await attempt(await world.oidc.token('good-neighbour'))).toBe('answered')
})

test('accounts made by first log-ins count as registrations', async () => {
  await using strict = await startOutsideWorld({ ADDRESS_LIMIT_FACTOR: 0.01 })
  const client = somewhere()
  const logInAs = async (userId: string) =>
    codeOf(strict.exchange(APPWRITE, await strict.appwriteToken(userId), client))

  const codes = []
  for (const userId of ['a', 'b', 'c', 'd', 'a']) codes.push(await logInAs(userId))

  expect(codes).toEqual(['answered', 'answered', 'answered', 'rate_limited', 'answered'])
})

test('a new account is told to the other services', async () => {
  const heard = world.hear(userChanged)
  const { user } = await byOidc('announced', { given_name: 'Ann' })

  await eventually(() => expect(heard.map(({ card }) => card.id)).toContain(user.id))
})

test('with no issuer set up there is none to log in by', async () => {
  await using bare = await startWorld()
  const token = await world.appwriteToken('anybody')

  expect(await codeOf(bare.bus.call(exchange, { issuer: APPWRITE, token }, { client: somewhere() }))).toBe(
    'invalid_credentials',
  )
})
