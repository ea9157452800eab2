import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { signSharedSecretToken } from '@parley/testkit'
import { exportSPKI, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APPWRITE, SECRET, somewhere, startOutsideWorld, type OutsideWorld } from './outside-world.ts'
import { codeOf } from './world.ts'

let world: OutsideWorld
beforeAll(async () => void (world = await startOutsideWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const nowSeconds = () => Math.floor(world.clock.now().getTime() / 1_000)
const codeBy = (issuer: string, token: string) => codeOf(world.exchange(issuer, token, somewhere()))

/** A token of the provider whose signature is an HMAC of some public text. */
async function macOf(secret: string): Promise<string> {
  const [, payload = ''] = (await world.oidc.token('victim')).split('.')
  const { kid } = world.oidc.publicKeys()[0]!
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

async function oidcForgeries(): Promise<Record<string, string>> {
  const { oidc } = world
  const good = await oidc.token('victim')
  const [, payload = '', signature = ''] = good.split('.')
  const [jwk] = oidc.publicKeys()
  const { kid } = jwk!
  const foreign = await generateKeyPair('RS256')
  const strong = await generateKeyPair('RS512')
  return {
    'alg none': `${base64url({ alg: 'none', typ: 'JWT', kid })}.${payload}.`,
    'HS256 with the public key as PEM': await macOf(
      await exportSPKI((await importJWK(jwk!, 'RS256', { extractable: true })) as CryptoKey),
    ),
    'HS256 with the public key as JWK': await macOf(JSON.stringify(jwk)),
    "HS256 with the other issuer's secret": await macOf(SECRET),
    'another algorithm': await oidc.token('victim', { header: { alg: 'RS512' }, key: strong.privateKey }),
    'wrong audience': await oidc.token('victim', { claims: { aud: 'another-app' } }),
    'no audience': await oidc.token('victim', { claims: { aud: undefined } }),
    'wrong issuer': await oidc.token('victim', { claims: { iss: 'https://evil.example' } }),
    'the other issuer': await oidc.token('victim', { claims: { iss: APPWRITE } }),
    'no issuer': await oidc.token('victim', { claims: { iss: undefined } }),
    expired: await oidc.token('victim', { iat: -600, exp: -6 }),
    'not yet valid': await oidc.token('victim', { claims: { nbf: nowSeconds() + 7 } }),
    'issued tomorrow': await oidc.token('victim', { iat: 86_400, exp: 90_000 }),
    'older than is accepted': await oidc.token('victim', { iat: -7_206, exp: 9_999 }),
    'no exp': await oidc.token('victim', { claims: { exp: undefined } }),
    'no iat': await oidc.token('victim', { claims: { iat: undefined } }),
    'no sub': await oidc.token('victim', { claims: { sub: undefined } }),
    'empty sub': await oidc.token('victim', { claims: { sub: '' } }),
    'sub that is no text': await oidc.token('victim', { claims: { sub: 7 } }),
    'log-out token': await oidc.token('victim', { header: { typ: 'logout+jwt' } }),
    'log-out token without its type': await oidc.token('victim', {
      claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    }),
    'unknown kid': await oidc.token('victim', { header: { kid: 'nobody' } }),
    'embedded key': await oidc.token('victim', {
      key: foreign.privateKey,
      header: { jwk: await exportJWK(foreign.publicKey) },
    }),
    'foreign key with their kid': await oidc.token('victim', { key: foreign.privateKey }),
    'flipped bit': `${good.slice(0, -signature.length)}${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'a bare user id': 'victim',
    'a user id as JSON': '{"sub":"victim"}',
  }
}

test('T07: a forged or confused token of a provider is refused, always with the same body', async () => {
  const bodies = new Set<string>()
  for (const [name, token] of Object.entries(await oidcForgeries())) {
    const refused: unknown = await world.exchange(world.oidc.url, token, somewhere()).then(
      () => name,
      (err: { toJSON: () => unknown }) => err.toJSON(),
    )
    expect(refused, name).toEqual({ code: 'invalid_credentials' })
    bodies.add(JSON.stringify(refused))
    expect(await codeOf(world.redeem(token)), name).toBe('invalid_credentials')
  }
  bodies.add(JSON.stringify(await refusalOf('https://unknown.example', await world.oidc.token('victim'))))
  bodies.add(JSON.stringify(await refusalOf(APPWRITE, await world.oidc.token('victim'))))

  expect([...bodies]).toEqual(['{"code":"invalid_credentials"}'])
  expect(await codeBy(world.oidc.url, await world.oidc.token('victim'))).toBe('answered')
  expect(await world.query("select from identity where subject = 'victim'")).toHaveLength(1)
})

const refusalOf = (issuer: string, token: string): Promise<unknown> =>
  world.exchange(issuer, token, somewhere()).catch((err: { toJSON: () => unknown }) => err.toJSON())

test('T07: a forged or confused token of a shared secret is refused', async () => {
  const exp = nowSeconds() + 900
  const sign = (claims: Record<string, unknown>, secret = SECRET, alg = 'HS256') =>
    signSharedSecretToken(secret, { userId: 'victim', exp, ...claims }, alg)
  const forgeries: Record<string, string> = {
    'another secret': await sign({}, `${SECRET}!`),
    'another algorithm': await sign({}, SECRET, 'HS384'),
    'alg none': `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url({ userId: 'victim', exp })}.`,
    expired: await sign({ exp: nowSeconds() - 6 }),
    'an end that is too far': await sign({ exp: nowSeconds() + 910 }),
    'no exp': await sign({ exp: undefined }),
    'no user': await sign({ userId: undefined }),
    'the wrong claim for the user': await sign({ userId: undefined, sub: 'victim' }),
    'another issuer': await sign({ iss: world.oidc.url }),
    'an audience where there is none': await sign({ aud: 'another-app' }),
    'a bare user id': 'victim',
  }

  for (const [name, token] of Object.entries(forgeries)) {
    expect(await codeBy(APPWRITE, token), name).toBe('invalid_credentials')
    expect(await codeOf(world.redeem(token)), name).toBe('invalid_credentials')
  }
  expect(await codeBy(APPWRITE, await sign({}))).toBe('answered')
  expect(await codeBy(APPWRITE, await sign({ iss: APPWRITE }))).toBe('answered')
})

test('T08: headers of an outside token lead nowhere', async () => {
  let visits = 0
  const sink = createServer((_, res) => {
    visits += 1
    res.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
  const { privateKey } = await generateKeyPair('RS256')
  const headers = [
    { kid: '../../etc/passwd' },
    { kid: "' or 1=1 --" },
    { kid: 'k'.repeat(4_000) },
    { kid: 'sink', jku: url },
    { kid: 'sink', x5u: url },
  ]

  for (const header of headers) {
    const token = await world.oidc.token('victim', { key: privateKey, header })
    expect(await codeBy(world.oidc.url, token)).toBe('invalid_credentials')
  }
  // A token that names the sink as its issuer does not make anybody ask there either.
  const astray = await world.oidc.token('victim', { key: privateKey, claims: { iss: url } })
  expect(await codeBy(url, astray)).toBe('invalid_credentials')
  expect(await codeOf(world.redeem(astray))).toBe('invalid_credentials')
  sink.close()
  expect(visits).toBe(0)
})

test('T09: five seconds of clock drift are tolerated, and no more', async () => {
  const code = async (options: Parameters<OutsideWorld['oidc']['token']>[1]) =>
    codeBy(world.oidc.url, await world.oidc.token('drifting', options))

  expect(await code({ claims: { nbf: nowSeconds() + 5 } })).toBe('answered')
  expect(await code({ claims: { nbf: nowSeconds() + 6 } })).toBe('invalid_credentials')
  expect(await code({ iat: -60, exp: -4 })).toBe('answered')
  expect(await code({ iat: -60, exp: -5 })).toBe('invalid_credentials')
  expect(await code({ iat: 5 })).toBe('answered')
  expect(await code({ iat: 6 })).toBe('invalid_credentials')
})

test('several audiences may be among those of a token', async () => {
  const token = await world.oidc.token('several', { claims: { aud: ['another-app', 'parley-app'] } })

  expect(await codeBy(world.oidc.url, token)).toBe('answered')
})
