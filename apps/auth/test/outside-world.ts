import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exchange, redeemOutsideToken, type Tokens } from '@parley/protocol'
import type { Client } from '@parley/service-kit'
import { OIDC_AUDIENCE, signSharedSecretToken, startOidcIssuer, type OidcIssuer } from '@parley/testkit'
import type { Config } from '../src/config.ts'
import { startWorld, type World } from './world.ts'

export const SECRET = 'a secret that only the two of us have, long enough for HS256'
export const APPWRITE = 'appwrite'

/** The service, set up with an OpenID provider and with an issuer such as Appwrite. */
export interface OutsideWorld extends World {
  oidc: OidcIssuer
  /** As Appwrite signs them: 15 minutes. */
  appwriteToken: (userId: string, claims?: Record<string, unknown>) => Promise<string>
  exchange: (issuer: string, token: string, client?: Client) => Promise<Tokens>
  /** What a gateway asks for a socket. */
  redeem: (token: string, client?: Client) => Promise<Redeemed>
}

export interface Redeemed {
  user_id: number
  session_id: string
  role: string
  expires_at: number
}

let networks = 0
/** A network of its own, so that one test's refusals do not count in another. */
export const somewhere = (): Client => ({ address: `198.51.100.${++networks}`, device: 'Test/1.0' })

export async function startOutsideWorld(settings: Partial<Config> = {}): Promise<OutsideWorld> {
  const stack = new AsyncDisposableStack()
  const oidc = stack.use(await startOidcIssuer(() => world.clock.now()))
  const folder = await mkdtemp(join(tmpdir(), 'parley-issuers-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const path = join(folder, 'issuers.json')
  await writeFile(path, JSON.stringify(issuerFile(oidc)))
  const world: World = stack.use(await startWorld({ ISSUERS: path, ...settings }))

  return {
    ...world,
    oidc,
    appwriteToken: (userId, claims = {}) => {
      const exp = Math.floor(world.clock.now().getTime() / 1_000) + 900
      return signSharedSecretToken(SECRET, { userId, sessionId: `session of ${userId}`, exp, ...claims })
    },
    exchange: (issuer, token, client = somewhere()) =>
      world.bus.call(exchange, { issuer, token }, { client }),
    redeem: (token, client = somewhere()) => world.bus.call(redeemOutsideToken, { token }, { client }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const issuerFile = (oidc: OidcIssuer): object[] => [
  { kind: 'oidc', issuer: oidc.url, audience: OIDC_AUDIENCE, algorithm: 'RS256', max_age_seconds: 7_200 },
  {
    ...{ kind: 'jwt', issuer: APPWRITE, algorithm: 'HS256', secret: SECRET, max_age_seconds: 900 },
    claims: { subject: 'userId', session: 'sessionId' },
    absent_claims: ['iss', 'aud'],
  },
]
