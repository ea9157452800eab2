import { RpcError, type Client } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { afterFailure, guessWaitMs, noGuesses } from './domain/guessing.ts'
import { networkOf } from './domain/network.ts'
import { rateWaitMs, scaleRate, type Rate } from './domain/rate.ts'
import { hashSecret } from './secrets.ts'
import { changeGuesses, deleteGuesses, findGuesses } from './store/guesses.ts'
import type { Limited } from './metrics.ts'
import { findIdleAt, takeOne } from './store/rate-limits.ts'
import type { Tables } from './store/tables.ts'

/** Limits on guessing and on registering, counted in the database so that all processes share them. */
export interface Guard {
  /** Runs a check of a password; `undefined` from it is a failure, and counts against the subject and the network. */
  guess<T>(
    subject: string,
    client: Client | undefined,
    check: () => Promise<T | undefined>,
  ): Promise<T | undefined>
  /** Counts one registration; refuses when the network made too many. */
  registration(client: Client | undefined): Promise<void>
  /** Counts one refused outside token; refuses in another way when the network showed too many. */
  refusedToken(client: Client | undefined): Promise<void>
}

export interface GuardOptions {
  db: Kysely<Tables>
  now: () => Date
  addressLimitFactor: number
  onLimited: (what: Limited) => void
}

// From one network: 30 failures at once and one more each 10 s; 300 registrations and two more a second.
const failuresOfNetwork = { burst: 30, stepMs: 10_000 }
const registrationsOfNetwork = { burst: 300, stepMs: 500 }

export function createGuard({ db, now, addressLimitFactor, onLimited }: GuardOptions): Guard {
  const failureRate = scaleRate(failuresOfNetwork, addressLimitFactor)
  const registrationRate = scaleRate(registrationsOfNetwork, addressLimitFactor)

  const limited = (what: Limited, waitMs: number): RpcError => {
    onLimited(what)
    return new RpcError('rate_limited', { retry_after_ms: waitMs })
  }
  // A request without a client comes from another service, which has limits of its own.
  const networkKey = (what: Limited, client: Client | undefined): string | undefined =>
    client && hashSecret(`${what} ${networkOf(client.address)}`)

  const waitMs = async (keys: Keys): Promise<number> => {
    const [guesses, idleAtMs] = await Promise.all([
      findGuesses(db, keys.subject),
      keys.network === undefined ? undefined : findIdleAt(db, keys.network),
    ])
    const at = now()
    return Math.max(guessWaitMs(guesses, at), rateWaitMs(failureRate, idleAtMs ?? 0, at.getTime()))
  }

  /** False when a failure is one too many: those that began before the limit was reached do not slip through it. */
  const countFailure = async (keys: Keys): Promise<boolean> => {
    const at = now()
    const none = noGuesses(at)
    const [counted, taken] = await Promise.all([
      changeGuesses(db, { key: keys.subject, none }, (known) => afterFailure(known, at)),
      keys.network === undefined || takeOne(db, { key: keys.network, nowMs: at.getTime(), ...failureRate }),
    ])
    return counted !== undefined && taken !== undefined
  }

  const count = async (what: Limited, rate: Rate, client: Client | undefined): Promise<void> => {
    const key = networkKey(what, client)
    if (key === undefined) return
    const nowMs = now().getTime()
    if ((await takeOne(db, { key, nowMs, ...rate })) !== undefined) return
    const idleAtMs = (await findIdleAt(db, key)) ?? nowMs
    throw limited(what, Math.max(1, rateWaitMs(rate, idleAtMs, nowMs)))
  }

  const refuseWhileLimited = async (keys: Keys): Promise<void> => {
    const wait = await waitMs(keys)
    if (wait > 0) throw limited('log_in', wait)
  }

  return {
    guess: async (subject, client, check) => {
      const network = networkKey('log_in', client)
      const keys = { subject: hashSecret(`guess ${network ?? ''} ${subject}`), network }
      await refuseWhileLimited(keys)
      const result = await check()
      if (result === undefined && (await countFailure(keys))) return undefined
      await refuseWhileLimited(keys)
      if (result !== undefined) await deleteGuesses(db, keys.subject)
      return result
    },
    registration: (client) => count('register', registrationRate, client),
    refusedToken: (client) => count('exchange', failureRate, client),
  }
}

interface Keys {
  subject: string
  network: string | undefined
}
