import { listKeys } from '@parley/protocol'
import type { Bus, Check, Logger } from '@parley/service-kit'
import { importJWK, type CryptoKey, type JWK } from 'jose'

export interface Keys extends AsyncDisposable {
  /** The key of that id; an unknown id may cause one look at the published keys, at most every 30 s. */
  find(kid: string): Promise<CryptoKey | undefined>
  has(kid: string): boolean
  /** Whether an unknown key is unknown to auth too, and not only here while it cannot be asked. */
  isCurrent(): boolean
  /** Runs when a key is no longer published. */
  onWithdrawn(listener: () => void): void
  check: Check
}

const LEAST_BETWEEN_MS = 30_000
const REFRESH_MS = 45_000
/** While there are no keys at all nothing can be verified, so the wait is short. */
const FIRST_RETRY_MS = 500
const TICK_MS = 500

/** The published keys of access tokens, each imported once. Headers of a token never lead to another place than this. */
export function watchKeys(bus: Bus, log: Logger): Keys {
  let keys = new Map<string, CryptoKey>()
  let askedAt = -Infinity
  let asking: Promise<void> | undefined
  let isFailing = false
  const listeners: (() => void)[] = []

  const load = async (): Promise<void> => {
    const { keys: published } = await bus.call(listKeys, {})
    const found = new Map<string, CryptoKey>()
    for (const jwk of published as JWK[]) {
      if (jwk.kid === undefined || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') continue
      found.set(jwk.kid, keys.get(jwk.kid) ?? ((await importJWK(jwk, 'EdDSA')) as CryptoKey))
    }
    const isWithdrawn = [...keys.keys()].some((kid) => !found.has(kid))
    keys = found
    isFailing = false
    if (isWithdrawn) for (const listener of listeners) listener()
  }
  const ask = (): Promise<void> => {
    askedAt = performance.now()
    return (asking ??= load()
      .catch((err: unknown) => {
        if (!isFailing) log.warn({ err }, 'keys of access tokens cannot be read now')
        isFailing = true
      })
      .finally(() => (asking = undefined)))
  }
  const askAfter = (leastMs: number): Promise<void> | undefined =>
    asking ?? (performance.now() - askedAt >= leastMs ? ask() : undefined)

  void ask()
  const timer = setInterval(() => void askAfter(keys.size === 0 ? FIRST_RETRY_MS : REFRESH_MS), TICK_MS)
  return {
    find: async (kid) => {
      if (!keys.has(kid)) await askAfter(keys.size === 0 ? FIRST_RETRY_MS : LEAST_BETWEEN_MS)
      return keys.get(kid)
    },
    has: (kid) => keys.has(kid),
    isCurrent: () => keys.size > 0 && !isFailing,
    onWithdrawn: (listener) => void listeners.push(listener),
    check: async () => (keys.size > 0 ? undefined : 'no keys of access tokens'),
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await asking
    },
  }
}
