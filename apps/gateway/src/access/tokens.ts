import { hash } from 'node:crypto'
import { Id, Role, SessionId, type Caller } from '@parley/protocol'
import { RpcError, unavailable } from '@parley/service-kit'
import { decodeJwt, jwtVerify } from 'jose'
import * as z from 'zod'
import type { EndedSessions } from './ended-sessions.ts'
import type { Keys } from './keys.ts'

/** Who a token speaks for, and until when, in milliseconds since 1970. */
export interface Verified {
  caller: Caller
  expiresAt: number
  /** The key it is signed with; undefined for what is not a token of ours. */
  kid: string | undefined
}

export interface Tokens {
  /** Rejects with `unauthenticated`, whatever is wrong with the token; with `unavailable` when no key could be had. */
  verify(token: string): Promise<Verified>
  /** Whether a token calls itself one of another issuer's: then only auth can tell what it is worth. */
  isForeign(token: string): boolean
}

export interface TokenOptions {
  keys: Keys
  ended: Pick<EndedSessions, 'has'>
  issuer: string
  audience: string
  maxAgeSeconds: number
}

const Claims = z.object({
  sub: z
    .string()
    .regex(/^[1-9][0-9]*$/)
    .transform(Number)
    .pipe(Id),
  sid: SessionId,
  jti: z.string().min(1),
  role: Role,
  iat: z.int(),
  exp: z.int(),
})

const CLOCK_TOLERANCE_SECONDS = 5
const MOST_TOKEN_CHARS = 8_192
const MOST_REMEMBERED = 20_000

/** Verifies access tokens without asking auth. A verified one is remembered by its hash until it expires. */
export function createTokens({ keys, ended, issuer, audience, maxAgeSeconds }: TokenOptions): Tokens {
  const remembered = new Map<string, Verified>()
  keys.onWithdrawn(() => remembered.clear())

  const verifySignature = async (token: string): Promise<Verified> => {
    let kid = ''
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        kid = header.kid ?? ''
        const key = await keys.find(kid)
        if (key) return key
        throw keys.isCurrent() ? new RpcError('unauthenticated') : unavailable()
      },
      {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        maxTokenAge: maxAgeSeconds,
        requiredClaims: ['sub', 'sid', 'jti', 'role', 'iat', 'exp'],
      },
    )
    const { sub, sid, role, exp } = Claims.parse(payload)
    return { caller: { user_id: sub, session_id: sid, role }, expiresAt: exp * 1_000, kid }
  }
  const recall = (key: string): Verified | undefined => {
    const found = remembered.get(key)
    if (!found) return undefined
    // Taken out and put back, so that the first in the map is the one not used for longest.
    remembered.delete(key)
    if (found.expiresAt <= Date.now()) return undefined
    remembered.set(key, found)
    return found
  }
  const remember = (key: string, verified: Verified): void => {
    remembered.set(key, verified)
    const oldest = remembered.size > MOST_REMEMBERED ? remembered.keys().next().value : undefined
    if (oldest !== undefined) remembered.delete(oldest)
  }

  return {
    isForeign: (token) => {
      if (token.length > MOST_TOKEN_CHARS) return false
      try {
        return decodeJwt(token).iss !== issuer
      } catch {
        return false
      }
    },
    verify: async (token) => {
      if (token.length > MOST_TOKEN_CHARS) throw new RpcError('unauthenticated')
      const key = hash('sha256', token, 'base64url')
      let verified = recall(key)
      if (!verified) {
        try {
          verified = await verifySignature(token)
        } catch (cause) {
          throw cause instanceof RpcError ? cause : new RpcError('unauthenticated', { cause })
        }
        remember(key, verified)
      }
      if (ended.has(verified.caller.session_id)) throw new RpcError('unauthenticated')
      return verified
    },
  }
}
