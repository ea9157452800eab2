import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'

export interface OidcTokenOptions {
  /** Seconds from now. */
  exp?: number
  iat?: number
  /** Replace the usual claims; undefined takes one away. */
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** Signs instead of the issuer's own key. */
  key?: CryptoKey
}

export interface OidcAnswer {
  status: number
  body: string
  headers?: Record<string, string>
}

/** An OpenID provider as far as others see it: a discovery document, its keys, and tokens signed with them. */
export interface OidcIssuer extends AsyncDisposable {
  /** Its `issuer`. */
  url: string
  token(subject: string, options?: OidcTokenOptions): Promise<string>
  /** Signs with a new key from here on, and publishes the old one no more. */
  rotate(): Promise<void>
  publicKeys(): JWK[]
  /** How often its keys were read. */
  keyReads(): number
  /** Answers a path like this; where it gives undefined, as usual. */
  answer: ((path: string) => OidcAnswer | 'silence' | undefined) | undefined
}

const ALG = 'RS256'
export const OIDC_AUDIENCE = 'parley-app'

/** Listens on loopback. Times are those of `now`. */
export async function startOidcIssuer(now: () => Date = () => new Date()): Promise<OidcIssuer> {
  let pair = await generateKeyPair(ALG)
  let publicJwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: randomUUID(), alg: ALG, use: 'sig' }
  let keyReads = 0

  const server = createServer(({ url: path = '' }, res) => {
    if (path === '/jwks') keyReads += 1
    const said = self.answer?.(path)
    if (said === 'silence') return
    const document =
      path === '/jwks' ? { keys: [publicJwk] } : { issuer: self.url, jwks_uri: `${self.url}/jwks` }
    const isKnown = path === '/jwks' || path === '/.well-known/openid-configuration'
    res.writeHead(said?.status ?? (isKnown ? 200 : 404), {
      'content-type': 'application/json',
      ...said?.headers,
    })
    res.end(said?.body ?? JSON.stringify(document))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const self: OidcIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: undefined,
    keyReads: () => keyReads,
    publicKeys: () => [publicJwk],
    rotate: async () => {
      pair = await generateKeyPair(ALG)
      publicJwk = { ...(await exportJWK(pair.publicKey)), kid: randomUUID(), alg: ALG, use: 'sig' }
    },
    token: (subject, { exp = 3_600, iat = 0, claims, header, key } = {}) => {
      const time = Math.floor(now().getTime() / 1_000)
      const usual = { iss: self.url, aud: OIDC_AUDIENCE, sub: subject, iat: time + iat, exp: time + exp }
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: ALG, typ: 'JWT', kid: String(publicJwk.kid), ...header })
        .sign(key ?? pair.privateKey)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return self
}

/** A token signed with a shared secret, as Appwrite makes them with these claims: no issuer, no audience, no time of issue. */
export function signSharedSecretToken(secret: string, claims: JWTPayload, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(Buffer.from(secret))
}
