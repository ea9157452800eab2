import { endSession, listSessions, logOut, sessionEnded } from '@parley/protocol'
import { eventually, signSharedSecretToken } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SECRET, somewhere, startOutsideWorld, type OutsideWorld, type Redeemed } from './outside-world.ts'
import { codeOf } from './world.ts'

const DAY = 86_400

let world: OutsideWorld
beforeAll(async () => void (world = await startOutsideWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const callerOf = ({ user_id, session_id }: Redeemed) => ({ user_id, session_id, role: 'user' as const })
const sessionsOf = async (redeemed: Redeemed) =>
  (await world.bus.call(listSessions, {}, { caller: callerOf(redeemed) })).items
const nowSeconds = () => Math.floor(world.clock.now().getTime() / 1_000)

test('a token on a socket stands for a session, which lives for the socket as long as the token', async () => {
  const client = { ...somewhere(), device: 'Phone/1.0' }
  const redeemed = await world.redeem(await world.oidc.token('ada', { exp: 3_600 }), client)

  expect(redeemed).toEqual({
    ...{ user_id: expect.any(Number), session_id: expect.any(String), role: 'user' },
    expires_at: nowSeconds() + 3_600,
  })
  expect(await sessionsOf(redeemed)).toMatchObject([{ id: redeemed.session_id, device: 'Phone/1.0' }])
  const { user } = await world.exchange(world.oidc.url, await world.oidc.token('ada'))
  expect(user.id).toBe(redeemed.user_id)
})

test('T15: a socket ends when its token is too old, if that is before its end', async () => {
  const { expires_at } = await world.redeem(await world.oidc.token('aging', { iat: -7_000, exp: 7_000 }))

  expect(expires_at).toBe(nowSeconds() + 200)
})

test('however often a token comes, and from however many sockets at once, it has one session', async () => {
  const token = await world.oidc.token('reconnects')
  const at_once = await Promise.all(Array.from({ length: 20 }, () => world.redeem(token)))
  const later = await world.redeem(token)

  expect(new Set([...at_once, later].map(({ session_id }) => session_id)).size).toBe(1)
  expect(await sessionsOf(later)).toHaveLength(1)
})

test('new tokens of one session outside have one session here; of another, another', async () => {
  const phone = await world.redeem(await world.appwriteToken('cleo', { sessionId: 'phone' }))
  world.clock.advance(60)
  const renewed = await world.redeem(await world.appwriteToken('cleo', { sessionId: 'phone' }))
  const desk = await world.redeem(await world.appwriteToken('cleo', { sessionId: 'desk' }))
  const dora = await world.redeem(await world.appwriteToken('dora', { sessionId: 'phone' }))

  expect(renewed).toEqual({ ...phone, expires_at: phone.expires_at + 60 })
  expect(desk).toMatchObject({ user_id: phone.user_id })
  expect(new Set([phone, desk, dora].map(({ session_id }) => session_id)).size).toBe(3)
})

test('T13: once its session has ended a token opens nothing on a socket; one made later does', async () => {
  const heard = world.hear(sessionEnded)
  const token = await world.appwriteToken('eve')
  const unused = await world.appwriteToken('eve', { exp: nowSeconds() + 899 })
  const before = await world.redeem(token)
  await world.bus.call(logOut, {}, { caller: callerOf(before) })

  await eventually(() => expect(heard.flatMap((event) => event.session_ids)).toContain(before.session_id))
  expect(await codeOf(world.redeem(token))).toBe('invalid_credentials')
  expect(await codeOf(world.redeem(unused))).toBe('invalid_credentials')
  world.clock.advance(1)
  const after = await world.redeem(await world.appwriteToken('eve'))
  expect(after.user_id).toBe(before.user_id)
  expect(after.session_id).not.toBe(before.session_id)
  expect(await codeOf(world.redeem(token))).toBe('invalid_credentials')
})

test('T13: a token that was ended stays refused until its own end, longer than its session is remembered', async () => {
  const token = await world.oidc.token('frank', { exp: 7_200 })
  const redeemed = await world.redeem(token)
  const other = await world.redeem(await world.oidc.token('frank', { exp: 7_100 }))
  await world.bus.call(endSession, { session_id: redeemed.session_id }, { caller: callerOf(other) })

  world.clock.advance(7_199)
  expect(await codeOf(world.redeem(token))).toBe('invalid_credentials')
  world.clock.advance(DAY)
  expect(await codeOf(world.redeem(token))).toBe('invalid_credentials')
})

test('a signature written in another way is no other token', async () => {
  const token = await world.oidc.token('gina')
  const last = token.at(-1)!
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const place = alphabet.indexOf(last)
  const twin = `${token.slice(0, -1)}${alphabet[place % 2 === 0 ? place + 1 : place - 1]!}`
  const redeemed = await world.redeem(token)
  await world.bus.call(logOut, {}, { caller: callerOf(redeemed) })

  expect(await codeOf(world.redeem(twin))).toBe('invalid_credentials')
})

test('a session in use is kept: it notes its use at most once a minute, and ends after a week without', async () => {
  const first = await world.redeem(await world.appwriteToken('hal'))
  const used = async () =>
    (await world.query('select last_used_at, expires_at from session where id = $1', [first.session_id]))[0]!
  const opened = await used()
  world.clock.advance(59)
  await world.redeem(await world.appwriteToken('hal'))
  expect(await used()).toEqual(opened)
  world.clock.advance(1)
  await world.redeem(await world.appwriteToken('hal'))
  expect(await used()).toMatchObject({
    last_used_at: world.clock.now(),
    expires_at: new Date(world.clock.now().getTime() + 7 * DAY * 1_000),
  })

  world.clock.advance(7 * DAY)
  const waiting = await world.appwriteToken('hal')
  await eventually(async () =>
    expect(
      await world.query('select from session where id = $1 and ended_at is not null', [first.session_id]),
    ).toHaveLength(1),
  )
  const later = await world.redeem(waiting)
  expect(later.session_id).not.toBe(first.session_id)
})

test('a token without an issuer is verified with the secrets of those that name none, and no other', async () => {
  const exp = nowSeconds() + 900
  const nameless = await signSharedSecretToken(SECRET, { userId: 'ivy', exp })
  const oidcNameless = await world.oidc.token('ivy', { claims: { iss: undefined } })

  expect(await codeOf(world.redeem(nameless))).toBe('answered')
  expect(await codeOf(world.redeem(oidcNameless))).toBe('invalid_credentials')
})
