import { createHash } from 'node:crypto'
import { RpcError, type Logger } from '@parley/service-kit'
import { decodeJwt, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose'
import { readClaims, type OutsideClaims, type Profile } from '../domain/outside-claims.ts'
import { createRemoteKeys } from './remote-keys.ts'
import type { IssuerSetting } from './settings.ts'

/** Who somebody is, as an issuer has signed it. */
export interface OutsideIdentity {
  issuer: string
  subject: string
  profile: Profile
  /** What its sockets' session is known by: the issuer's session where the token names it, else the token. */
  sessionKey: string
  issuedAt: Date
  /** The end of the token, or of the time that it is accepted, if that is earlier. */
  expiresAt: Date
}

export interface Issuers {
  /**
   * Verifies a token of the issuer named, or of the one that it must be from. Undefined, whatever is wrong with it; rejects
   * with `unavailable` when the issuer's keys cannot be had.
   */
  verify(token: string, issuer?: string): Promise<OutsideIdentity | undefined>
}

export interface IssuersOptions {
  settings: readonly IssuerSetting[]
  now: () => Date
  log: Logger
  onFetched: (result: 'ok' | 'failed') => void
}

interface Issuer {
  setting: IssuerSetting
  key: Uint8Array | JWTVerifyGetKey
}

/** The types of tokens that say who somebody is. Others, such as those of a back-channel log-out, are signed with the same keys. */
const types = new Set(['jwt', 'at+jwt', 'application/at+jwt'])

export function createIssuers({ settings, now, log, onFetched }: IssuersOptions): Issuers {
  const issuers = settings.map((setting): Issuer => {
    if (setting.kind === 'jwt') return { setting, key: setting.secret }
    return { setting, key: createRemoteKeys({ issuer: setting.issuer, now, log, onFetched }) }
  })
  const candidates = (token: string, named: string | undefined): Issuer[] => {
    const issuer = named ?? issuerOf(token)
    // A token without `iss` may be of any issuer whose tokens have none; its signature tells.
    if (issuer === undefined) return issuers.filter(({ setting }) => isAbsent(setting, 'iss'))
    return issuers.filter(({ setting }) => setting.issuer === issuer)
  }
  return {
    verify: async (token, named) => {
      for (const issuer of candidates(token, named)) {
        try {
          const identity = await verifyBy(issuer, token, now())
          if (identity) return identity
        } catch (err) {
          // Whatever else went wrong, it is the token's fault.
          if (err instanceof RpcError) throw err
        }
      }
      return undefined
    },
  }
}

const isAbsent = (setting: IssuerSetting, claim: 'iss' | 'aud'): boolean =>
  setting.kind === 'jwt' && setting.absent_claims.includes(claim)

/** What a token says before anything of it is verified: only to choose the keys that it is verified with. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    // Not a token at all: no issuer verifies it.
    return ''
  }
}

async function verifyBy(
  { setting, key }: Issuer,
  token: string,
  at: Date,
): Promise<OutsideIdentity | undefined> {
  const options: JWTVerifyOptions = {
    algorithms: [setting.algorithm],
    clockTolerance: setting.clock_tolerance_seconds,
    currentDate: at,
    requiredClaims: setting.kind === 'oidc' ? ['exp', 'iat'] : ['exp'],
    ...(!isAbsent(setting, 'iss') && { issuer: setting.issuer }),
    ...(!isAbsent(setting, 'aud') && { audience: setting.audience ?? [] }),
  }
  const { payload, protectedHeader } =
    typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options)
  if (protectedHeader.typ !== undefined && !types.has(protectedHeader.typ.toLowerCase())) return undefined
  if ('events' in payload || !agrees(payload, setting)) return undefined
  const life = lifeOf(payload, setting, at)
  const claims = readClaims(payload, setting.claims)
  return life && claims && { issuer: setting.issuer, ...life, ...identityOf(setting.issuer, claims, token) }
}

/** A claim that need not be there must not say something else when it is. */
function agrees({ iss, aud }: JWTPayload, { issuer, audience }: IssuerSetting): boolean {
  if (iss !== undefined && iss !== issuer) return false
  return aud === undefined || [aud].flat().some((one) => [audience].flat().includes(one))
}

/** Undefined when the token is too old. One that does not say when it was issued is taken to be made for the longest time allowed. */
function lifeOf(
  { iat, exp = 0 }: JWTPayload,
  { max_age_seconds, clock_tolerance_seconds }: IssuerSetting,
  at: Date,
): { issuedAt: Date; expiresAt: Date } | undefined {
  const now = at.getTime() / 1_000
  const issued = iat ?? exp - max_age_seconds
  const isYoung =
    issued <= now + clock_tolerance_seconds && now - issued <= max_age_seconds + clock_tolerance_seconds
  const end = Math.min(exp, issued + max_age_seconds)
  return isYoung ? { issuedAt: new Date(issued * 1_000), expiresAt: new Date(end * 1_000) } : undefined
}

function identityOf(issuer: string, { subject, session, profile }: OutsideClaims, token: string) {
  // The signed part: a signature can be written in several ways.
  const parts = session === undefined ? [token.slice(0, token.lastIndexOf('.'))] : [issuer, subject, session]
  const sessionKey = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  return { subject, profile, sessionKey }
}
