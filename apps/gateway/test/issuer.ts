import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose'

export interface TokenOptions {
  sid?: string
  role?: string
  /** Seconds from now. */
  exp?: number
  iat?: number
  nbf?: number
  claims?: Record<string, unknown>
  header?: Partial<JWTHeaderParameters>
  key?: CryptoKey
}

/** Signs access tokens as auth does. */
export interface Issuer {
  keys(): Record<string, unknown>[]
  token(userId: number, options?: TokenOptions): Promise<string>
  privateKey: CryptoKey
  publicJwk: JWK
  /** Publishes a new key and no longer the ones before. */
  rotate(): Promise<void>
}

export async function createIssuer(): Promise<Issuer> {
  let pair = await generateKeyPair('EdDSA', { extractable: true })
  let kid = randomUUID()
  let publicJwk = await exportJWK(pair.publicKey)
  return {
    keys: () => [{ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' }],
    get privateKey() {
      return pair.privateKey
    },
    get publicJwk() {
      return publicJwk
    },
    rotate: async () => {
      pair = await generateKeyPair('EdDSA', { extractable: true })
      kid = randomUUID()
      publicJwk = await exportJWK(pair.publicKey)
    },
    token: (userId, { sid, role = 'user', exp = 600, iat = 0, nbf, claims, header, key } = {}) => {
      const now = Math.floor(Date.now() / 1_000)
      return new SignJWT({
        iss: 'parley',
        aud: 'parley',
        sub: String(userId),
        sid: sid ?? `session-${userId}`,
        jti: randomUUID(),
        role,
        iat: now + iat,
        exp: now + exp,
        ...(nbf !== undefined && { nbf: now + nbf }),
        ...claims,
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header })
        .sign(key ?? pair.privateKey, { crit: { parley: true } })
    },
  }
}
