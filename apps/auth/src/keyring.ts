import { randomUUID } from 'node:crypto'
import type { Caller } from '@parley/protocol'
import { unavailable, type Check } from '@parley/service-kit'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose'
import type { Kysely } from 'kysely'
import { currentKey, planKeys, type KeyPlan } from './domain/key-plan.ts'
import { changeSigningKeys, listSigningKeys, type SigningKey } from './store/signing-keys.ts'
import type { Tables } from './store/tables.ts'

const ALG = 'EdDSA'
/** A published key is known to every verifier and every process of this service well within this time. */
const LEAD_MS = 600_000
/** Verifiers' clock tolerance, and the time until each process has heard of a change. */
const SLACK_MS = 65_000
const DAY_MS = 86_400_000

export interface KeyringOptions {
  db: Kysely<Tables>
  now: () => Date
  issuer: string
  audience: string
  accessTokenTtl: number
  keyDays: number
}

/** The keys of access tokens. Each process holds all of them, so neither a signature nor a switch of keys needs the database. */
export interface Keyring {
  /** Hears of other processes' changes, and makes those that are due. */
  refresh(): Promise<void>
  signAccessToken(caller: Caller): Promise<string>
  /** Current, next, and old ones with living tokens. */
  publicKeys(): Record<string, unknown>[]
  check: Check
  /** Seconds. */
  accessTokenTtl: number
  /** How long after it was signed a token may still be accepted somewhere. */
  tokenLifeMs: number
}

interface LoadedKey extends SigningKey {
  privateKey: CryptoKey
}

export async function createKeyring(options: KeyringOptions): Promise<Keyring> {
  const { db, now, issuer, audience, accessTokenTtl } = options
  const policy = {
    lifeMs: options.keyDays * DAY_MS,
    leadMs: LEAD_MS,
    tokenMs: accessTokenTtl * 1_000 + SLACK_MS,
  }
  let keys: LoadedKey[] = []

  const refresh = async (): Promise<void> => {
    let stored = await listSigningKeys(db)
    if (hasWork(planKeys(stored, now(), policy))) {
      await changeSigningKeys(db, async (present) => {
        const { make, move, remove } = planKeys(present, now(), policy)
        return { insert: await Promise.all(make.map(makeKey)), move, remove }
      })
      stored = await listSigningKeys(db)
    }
    const known = new Map(keys.map((key) => [key.kid, key.privateKey]))
    keys = await Promise.all(
      stored.map(async (key) => ({ ...key, privateKey: known.get(key.kid) ?? (await importKey(key)) })),
    )
  }

  await refresh()
  return {
    refresh,
    signAccessToken: ({ user_id, session_id, role }) => {
      const key = currentKey(keys, now())
      if (!key) throw unavailable(new Error('there is no key to sign with'))
      const issuedAt = Math.floor(now().getTime() / 1_000)
      return new SignJWT({ sid: session_id, role })
        .setProtectedHeader({ alg: ALG, typ: 'at+jwt', kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(user_id))
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenTtl)
        .sign(key.privateKey)
    },
    publicKeys: () =>
      keys.map(({ kid, private_jwk: { kty, crv, x } }) => ({ kty, crv, x, kid, alg: ALG, use: 'sig' })),
    accessTokenTtl,
    tokenLifeMs: policy.tokenMs,
    check: () => Promise.resolve(currentKey(keys, now()) ? undefined : 'there is no key to sign with'),
  }
}

const hasWork = ({ make, move, remove }: KeyPlan): boolean => make.length + move.length + remove.length > 0

async function makeKey(useFrom: Date): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALG, { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return { kid: await calculateJwkThumbprint(jwk), private_jwk: { ...jwk }, use_from: useFrom }
}

async function importKey({ kid, private_jwk }: SigningKey): Promise<CryptoKey> {
  const key = await importJWK(private_jwk, ALG)
  if (key instanceof Uint8Array) throw new Error(`signing key ${kid} is not a key pair`)
  return key
}
