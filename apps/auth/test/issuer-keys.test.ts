import type { OidcAnswer } from '@parley/testkit'
import { generateKeyPair } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { APPWRITE, somewhere, startOutsideWorld, type OutsideWorld } from './outside-world.ts'
import { codeOf } from './world.ts'

let world: OutsideWorld
beforeEach(async () => void (world = await startOutsideWorld()))
afterEach(() => world[Symbol.asyncDispose]())

const attempt = async (token: string) => codeOf(world.exchange(world.oidc.url, token, somewhere()))
const logInNow = async () => attempt(await world.oidc.token('ada'))
const down = () => ({ status: 503, body: 'down' })

test('T10: keys are fetched once, and again after ten minutes', async () => {
  const codes = await Promise.all(Array.from({ length: 20 }, logInNow))
  expect(new Set(codes)).toEqual(new Set(['answered']))
  expect(world.oidc.keyReads()).toBe(1)

  world.clock.advance(599)
  await logInNow()
  expect(world.oidc.keyReads()).toBe(1)
  world.clock.advance(1)
  await logInNow()
  expect(world.oidc.keyReads()).toBe(2)
})

test('T10: a new key is found at its first use; a withdrawn one is refused within ten minutes', async () => {
  await logInNow()
  const old = await world.oidc.token('ada', { exp: 7_200 })
  world.clock.advance(31)
  await world.oidc.rotate()

  expect(await logInNow()).toBe('answered')
  expect(world.oidc.keyReads()).toBe(2)
  expect(await attempt(old)).toBe('invalid_credentials')

  const later = await world.oidc.token('ada', { exp: 7_200 })
  await world.oidc.rotate()
  world.clock.advance(600)
  expect(await attempt(later)).toBe('invalid_credentials')
})

test('T10: hundreds of unknown keys cause one look at the published ones in 30 seconds', async () => {
  await logInNow()
  const { privateKey: key } = await generateKeyPair('RS256')
  const flood = async () => {
    const tokens = Array.from({ length: 100 }, (_, i) =>
      world.oidc.token('ada', { key, header: { kid: `unknown-${i}` } }),
    )
    return new Set(await Promise.all((await Promise.all(tokens)).map(attempt)))
  }
  world.clock.advance(30)

  expect(await flood()).toEqual(new Set(['invalid_credentials']))
  expect(await flood()).toEqual(new Set(['invalid_credentials']))
  expect(world.oidc.keyReads()).toBe(2)
})

test('without its keys an issuer is unavailable, and asked again every five seconds; others go on', async () => {
  let asked = 0
  world.oidc.answer = () => {
    asked += 1
    return down()
  }

  expect(await logInNow()).toBe('unavailable')
  expect(await logInNow()).toBe('unavailable')
  expect(asked).toBe(1)
  expect(await codeOf(world.exchange(APPWRITE, await world.appwriteToken('ben'), somewhere()))).toBe(
    'answered',
  )
  await expect(world.redeem(await world.oidc.token('ada'))).rejects.toMatchObject({
    ...{ code: 'unavailable', retry_after_ms: 5_000 },
  })
  world.clock.advance(5)
  world.oidc.answer = undefined
  expect(await logInNow()).toBe('answered')
})

test('while an issuer is down its known keys go on for an hour, and what they cannot decide is unavailable', async () => {
  await logInNow()
  const known = (exp: number) => world.oidc.token('ada', { exp })
  const [soon, late] = [await known(4_000), await known(7_200)]
  world.oidc.answer = down

  world.clock.advance(3_599)
  expect(await attempt(soon)).toBe('answered')
  await world.oidc.rotate()
  expect(await logInNow()).toBe('unavailable')
  world.clock.advance(31)
  expect(await attempt(late)).toBe('unavailable')
  world.oidc.answer = undefined
  world.clock.advance(30)
  expect(await logInNow()).toBe('answered')
})

const DISCOVERY = '/.well-known/openid-configuration'
/** The document as it should be, but for some fields. */
const document = (url: string, fields: object = {}) => ({
  status: 200,
  body: JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks`, ...fields }),
})
const ofDiscovery = (answer: (url: string) => OidcAnswer) => (path: string) =>
  path === DISCOVERY ? answer(world.oidc.url) : undefined

test.each<[string, (path: string) => OidcAnswer | 'silence' | undefined]>([
  ['is too long', ofDiscovery((url) => document(url, { pad: 'x'.repeat(300_000) }))],
  ['is no JSON', ofDiscovery(() => ({ status: 200, body: '<html>' }))],
  ['names another issuer', ofDiscovery((url) => ({ ...document(url, { issuer: 'https://evil.example' }) }))],
  ['is a failure', ofDiscovery((url) => ({ ...document(url), status: 500 }))],
  [
    'sends elsewhere',
    (path) => {
      if (path === '/elsewhere') return document(world.oidc.url)
      return path === DISCOVERY ? { status: 302, body: '', headers: { location: '/elsewhere' } } : undefined
    },
  ],
  ['does not come', () => 'silence'],
])('an answer of an issuer that %s is none: unavailable', async (_, answer) => {
  world.oidc.answer = answer
  const started = performance.now()

  expect(await logInNow()).toBe('unavailable')
  expect(performance.now() - started).toBeLessThan(4_500)
})

test.each([
  ['over plain http from elsewhere', 'http://keys.example/jwks'],
  ['from a file', 'file:///etc/passwd'],
])('keys are not read %s', async (_, jwks_uri) => {
  world.oidc.answer = () => ({ status: 200, body: JSON.stringify({ issuer: world.oidc.url, jwks_uri }) })

  expect(await logInNow()).toBe('unavailable')
})
