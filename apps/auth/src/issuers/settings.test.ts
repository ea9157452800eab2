import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readIssuers } from './settings.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-issuers-'))))
afterAll(() => rm(folder, { recursive: true }))

const SECRET = 'a secret of more than thirty-two bytes'
const oidc = { kind: 'oidc', issuer: 'https://id.example', audience: 'app', algorithm: 'RS256' }
const jwt = { kind: 'jwt', issuer: 'appwrite', audience: 'app', algorithm: 'HS256', secret: SECRET }

async function read(content: unknown) {
  const path = join(folder, 'issuers.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readIssuers(path, 'parley')
}
const faultOf = async (content: unknown): Promise<string> =>
  read(content).then(
    () => 'accepted',
    (err: Error) => err.message,
  )

test('without a file there are no issuers', async () => {
  expect(await readIssuers('', 'parley')).toEqual([])
})

test('what is left out has its default', async () => {
  const claims = {
    ...{ subject: 'sub', session: 'sid', username: 'preferred_username', email: 'email' },
    ...{ first_name: 'given_name', last_name: 'family_name' },
  }
  const usual = { clock_tolerance_seconds: 5, max_age_seconds: 43_200, claims }

  expect(await read([oidc, { ...jwt, claims: { subject: 'userId' } }])).toEqual([
    { ...oidc, ...usual },
    {
      ...jwt,
      ...usual,
      secret: Buffer.from(SECRET),
      absent_claims: [],
      claims: { ...claims, subject: 'userId' },
    },
  ])
})

test('a secret may come from a file beside the list, whose last line feed is no part of it', async () => {
  await writeFile(join(folder, 'key'), `${SECRET}\n`)
  const { secret: _, ...rest } = jwt

  expect(await read([{ ...rest, secret_file: 'key' }])).toMatchObject([{ secret: Buffer.from(SECRET) }])
})

test.each<[string, unknown, RegExp]>([
  ['no JSON', `{"secret": "${SECRET}"`, /the file: /],
  ['no list', oidc, /the file: /],
  ['an unknown kind', [{ ...oidc, kind: 'saml' }], /0\.kind: /],
  ['a field that is misspelt', [{ ...oidc, algoritm: 'RS256' }], /algoritm/],
  ['no audience', [{ ...oidc, audience: undefined }], /0\.audience: /],
  ['no audience with a secret', [{ ...jwt, audience: undefined }], /0\.audience: .*absent_claims/],
  ['a shared secret for a provider', [{ ...oidc, algorithm: 'HS256' }], /0\.algorithm: /],
  ['no algorithm', [{ ...jwt, algorithm: 'none' }], /0\.algorithm: /],
  ['plain http', [{ ...oidc, issuer: 'http://id.example' }], /0\.issuer: .*https/],
  ['an address within the issuer', [{ ...oidc, issuer: 'https://me:pw@id.example' }], /0\.issuer: /],
  ['two kinds of secret', [{ ...jwt, secret_file: 'key' }], /0\.secret: either/],
  ['no secret', [{ ...jwt, secret: undefined }], /0\.secret: either/],
  ['a short secret', [{ ...jwt, secret: 'short' }], /0\.secret: HS256 needs 32 bytes/],
  ['a secret too short for its hash', [{ ...jwt, algorithm: 'HS512' }], /0\.secret: HS512 needs 64 bytes/],
  [
    'a secret file that is not there',
    [{ ...jwt, secret: undefined, secret_file: 'no' }],
    /0\.secret_file: .*ENOENT/,
  ],
  ['an issuer twice', [oidc, { ...jwt, issuer: oidc.issuer }], /twice/],
  ["Parley's own issuer", [{ ...jwt, issuer: 'parley' }], /own issuer/],
  ['several faults', [{ ...oidc, audience: 7, algorithm: 'none' }], /0\.audience: .*; 0\.algorithm: /],
])('%s is a fault, told in one line that quotes no secret', async (_, content, wanted) => {
  const fault = await faultOf(content)

  expect(fault).toMatch(wanted)
  expect(fault).toMatch(/^ISSUERS \(.*issuers\.json\): .+$/)
  expect(fault).not.toContain(SECRET)
})

test('a file that cannot be read is a fault', async () => {
  await expect(readIssuers(join(folder, 'none'), 'parley')).rejects.toThrow(/^ISSUERS \(.*none\): .*ENOENT/)
})

test('on loopback a provider may speak plain http', async () => {
  for (const host of ['127.0.0.1:9', 'localhost:9', '[::1]:9'])
    expect(await faultOf([{ ...oidc, issuer: `http://${host}` }])).toBe('accepted')
})

test('each example of the documentation is accepted', async () => {
  await writeFile(join(folder, 'appwrite-key'), SECRET)
  const page = await readFile(new URL('../../../../docs/outside-identity.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json)

  expect(examples).toHaveLength(3)
  for (const example of examples) expect(await faultOf(example)).toBe('accepted')
})
