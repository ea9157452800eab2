import { listKeys, refresh } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

const DAY = 86_400

const publishedKeys = async ({ bus }: World) => (await bus.call(listKeys, {})).keys
const kids = async (world: World) => (await publishedKeys(world)).map(({ kid }) => kid)
const kidOf = (token: string) => decodeProtectedHeader(token).kid

/** As every service verifies: with a set of keys that it fetched at some time. */
function verify(world: World, token: string, keys: Record<string, unknown>[]) {
  return jwtVerify(token, createLocalJWKSet({ keys } as unknown as JSONWebKeySet), {
    algorithms: ['EdDSA'],
    typ: 'at+jwt',
    issuer: 'parley',
    audience: 'parley',
    clockTolerance: 5,
    currentDate: world.clock.now(),
  })
}

test('T07: an access token is verified with the published keys, and says who and for how long', async () => {
  await using world = await startWorld()
  const { access_token, caller } = await world.person()

  const { payload, protectedHeader } = await verify(world, access_token, await publishedKeys(world))

  const iat = world.clock.now().getTime() / 1_000
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) })
  expect(payload).toEqual({
    iss: 'parley',
    aud: 'parley',
    sub: String(caller.user_id),
    sid: caller.session_id,
    jti: expect.any(String),
    role: 'user',
    iat,
    exp: iat + 600,
  })
})

test('T07: the published keys are the public halves only', async () => {
  await using world = await startWorld()

  const keys = await publishedKeys(world)
  expect(keys).toHaveLength(2)
  for (const key of keys) {
    expect(key).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      alg: 'EdDSA',
      use: 'sig',
      kid: expect.any(String),
      x: expect.any(String),
    })
  }
})

test('the issuer, the audience and the life of tokens are settings', async () => {
  await using world = await startWorld({ TOKEN_ISSUER: 'us', TOKEN_AUDIENCE: 'them', ACCESS_TOKEN_TTL: 60 })
  const { access_token, expires_in } = await world.person()

  expect(expires_in).toBe(60)
  const [, claims] = access_token.split('.')
  expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ iss: 'us', aud: 'them' })
})

test('T10: the next key is published long before its first use, and the old one until its last token ends', async () => {
  await using world = await startWorld()
  const { access_token: first } = await world.person()
  const [current, next] = await kids(world)
  const longKnown = await publishedKeys(world)
  expect(kidOf(first)).toBe(current)

  world.clock.advance(30 * DAY)
  const { access_token: second } = await world.person()
  expect(kidOf(second)).toBe(next)
  await verify(world, second, longKnown)

  await eventually(async () => expect(await kids(world)).toEqual([current, next, expect.any(String)]))
  world.clock.advance(600 + 5)
  expect(await kids(world)).toContain(current)
  world.clock.advance(120)
  await eventually(async () => expect(await kids(world)).toEqual([next, expect.any(String)]))
})

test('T10: while keys rotate no verifier meets a token that it cannot verify', async () => {
  await using world = await startWorld()
  const used = new Set<unknown>()
  let refresh_token = ''

  for (let day = 0; day < 95; day++) {
    if (day % 29 === 0) ({ refresh_token } = await world.person())
    const cached = await publishedKeys(world)
    // Longer than any verifier keeps keys; then the token is shown to it in its last second.
    world.clock.advance(540)
    const { access_token, ...renewed } = await world.bus.call(refresh, { refresh_token })
    refresh_token = renewed.refresh_token
    used.add(kidOf(access_token))
    world.clock.advance(599)
    await verify(world, access_token, cached)
    world.clock.advance(DAY - 540 - 599)
    await eventually(async () => {
      const later = await world.query('select kid from signing_key where use_from > $1', [world.clock.now()])
      expect(later).toHaveLength(1)
    })
  }

  expect(used.size).toBe(4)
})

test('T10: two processes agree on the keys, and one rotates them', async () => {
  await using world = await startWorld()
  await world.startReplica()

  world.clock.advance(30 * DAY)

  await eventually(async () => {
    const rows = await world.query('select kid from signing_key order by use_from')
    const answers = await Promise.all(Array.from({ length: 20 }, () => kids(world)))
    expect(rows).toHaveLength(3)
    expect(new Set(answers.map(String))).toEqual(new Set([String(rows.map(({ kid }) => kid))]))
  })
})

test('T10: processes that start together make one pair of keys', async () => {
  await using world = await startWorld({ MAINTENANCE_SECONDS: 60 })
  await world.query('delete from signing_key')

  await Promise.all([world.startReplica(), world.startReplica(), world.startReplica()])

  expect(await world.query('select kid from signing_key')).toHaveLength(2)
})

test('T10: a key that is withdrawn is published no more, and the next one signs', async () => {
  await using world = await startWorld()
  const { access_token } = await world.person()
  const [current, next] = await kids(world)

  await world.query('delete from signing_key where kid = $1', [current])
  await eventually(async () => expect(await kids(world)).toEqual([next, expect.any(String)]))

  const { access_token: later } = await world.person()
  expect(kidOf(later)).toBe(next)
  await expect(verify(world, access_token, await publishedKeys(world))).rejects.toThrow('no applicable key')
})

test('keys outlive a restart', async () => {
  await using world = await startWorld()
  const { access_token } = await world.person()
  const before = await publishedKeys(world)

  await world.auth[Symbol.asyncDispose]()
  await world.startReplica()

  expect(await publishedKeys(world)).toEqual(before)
  await verify(world, access_token, await publishedKeys(world))
})
