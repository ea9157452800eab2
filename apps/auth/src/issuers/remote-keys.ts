import { unavailable, type Logger } from '@parley/service-kit'
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { fetchJson, isFetchable } from './fetch-json.ts'

// The keys of an issuer, as this process knows them:
//
//   fetched ├── fresh: 10 min ──┤── fetched again at the next use ──┤ 1 h after the last fetch: forgotten
//
// An unknown key id makes them be fetched again, at most every 30 s, so that invented ones cause no traffic and a new key is
// known within that time. While the issuer cannot be reached the keys go on for that hour, and what they cannot decide is
// `unavailable`. jose's own remote set tries again at each use while the issuer is down, hence this.

const FRESH_MS = 600_000
const KEPT_MS = 3_600_000
const LEAST_BETWEEN_MS = 30_000
/** Without any keys nobody can log in, so the wait is short. */
const FIRST_RETRY_MS = 5_000
/** For both documents: less than who asks waits. */
const TIMEOUT_MS = 3_000

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string().refine(isFetchable) })
const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(1_000) })

export interface RemoteKeysOptions {
  issuer: string
  now: () => Date
  log: Logger
  onFetched: (result: 'ok' | 'failed') => void
}

/** Picks the key of a token; rejects with `unavailable` when the issuer would have to be asked and does not answer. */
export function createRemoteKeys({ issuer, now, log, onFetched }: RemoteKeysOptions): JWTVerifyGetKey {
  let find: JWTVerifyGetKey | undefined
  let fetchedAt = -Infinity
  let triedAt = -Infinity
  let failure: unknown
  let fetching: Promise<void> | undefined

  const load = async (): Promise<void> => {
    triedAt = now().getTime()
    try {
      find = createLocalJWKSet(await fetchKeys(issuer))
      fetchedAt = now().getTime()
      failure = undefined
      onFetched('ok')
    } catch (err) {
      if (failure === undefined) log.warn({ err, issuer }, 'keys of an outside issuer cannot be fetched now')
      failure = err
      onFetched('failed')
    }
  }
  const fetchAgain = async (): Promise<void> => {
    const leastMs = find ? LEAST_BETWEEN_MS : FIRST_RETRY_MS
    if (!fetching && now().getTime() - triedAt < leastMs) return
    await (fetching ??= load().finally(() => (fetching = undefined)))
  }

  return async (header, token) => {
    const age = now().getTime() - fetchedAt
    if (age >= KEPT_MS) find = undefined
    if (age >= FRESH_MS) await fetchAgain()
    try {
      if (find) return await find(header, token)
    } catch (err) {
      if (!(err instanceof errors.JWKSNoMatchingKey)) throw err
      await fetchAgain()
    }
    if (!find || failure !== undefined) throw unavailable(failure, FIRST_RETRY_MS)
    return find(header, token)
  }
}

async function fetchKeys(issuer: string): Promise<{ keys: Record<string, unknown>[] }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal)
  const found = Discovery.parse(document)
  if (found.issuer !== issuer) throw new Error(`the discovery document of ${issuer} names another issuer`)
  if (issuer.startsWith('https:') && !found.jwks_uri.startsWith('https:'))
    throw new Error(`the keys of ${issuer} are not served over https`)
  return KeySet.parse(await fetchJson(found.jwks_uri, signal))
}
