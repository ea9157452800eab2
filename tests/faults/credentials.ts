import { setTimeout as delay } from 'node:timers/promises'
import type { Tokens } from '@parley/protocol'
import { call } from '../client/http.ts'
import type { Person } from '../client/people.ts'
import type { Notes } from './notes.ts'
import type { Random } from './random.ts'

const BEFORE_END_MS = 3_000
const RETRY_MS = 400

/** As short as the SDK's first tries: an answer that was lost is given again for so long. */
const PATIENCE_MS = 3_000
const GIVEN_AGAIN_MS = 10_000

export interface CredentialsOptions {
  gateways: readonly string[]
  person: Person
  random: Random
  notes: Notes
  /** Nothing is tried any more. */
  signal: AbortSignal
}

/** A person's tokens, kept alive over any fault. A session that ends although nobody ended it is a fault. */
export class Credentials {
  readonly #options: CredentialsOptions
  #token: string
  #refreshToken: string
  #endsAt: number
  #renewing: Promise<void> | undefined

  constructor(options: CredentialsOptions) {
    const { token, refreshToken, expiresIn } = options.person
    this.#options = options
    this.#token = token
    this.#refreshToken = refreshToken
    this.#endsAt = performance.now() + expiresIn * 1_000
  }

  /** Milliseconds until the token should be renewed. */
  get leftMs(): number {
    return this.#endsAt - BEFORE_END_MS - performance.now()
  }

  async token(): Promise<string> {
    if (this.leftMs < 0) await this.renew()
    return this.#token
  }

  /** Tries until it is done: those who ask meanwhile wait for the same. */
  renew(): Promise<void> {
    return (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)))
  }

  async #renew(): Promise<void> {
    const { gateways, random, notes, person, signal } = this.#options
    const begun = performance.now()
    const options = {
      method: 'POST',
      json: { refresh_token: this.#refreshToken },
      timeoutMs: PATIENCE_MS,
    } as const
    while (!signal.aborted) {
      const url = `${random.pick(gateways)}/api/auth/refresh`
      const answer = await call<Tokens & { code?: string }>(url, options).catch(() => undefined)
      if (answer?.status === 200) {
        notes.renewals += 1
        return this.#keep(answer.body)
      }
      if (answer?.status === 401) {
        const { code } = answer.body
        if (code === 'refresh_reused' && performance.now() - begun > GIVEN_AGAIN_MS) notes.outlived += 1
        else notes.faults.push(`the session of ${person.username} was lost: ${code}`)
        return this.#logIn()
      }
      await delay(RETRY_MS * (0.5 + random.next()))
    }
  }

  async #logIn(): Promise<void> {
    const { gateways, random, person, signal } = this.#options
    const json = { identifier: person.username, password: person.password }
    while (!signal.aborted) {
      const url = `${random.pick(gateways)}/api/auth/login`
      const answer = await call<Tokens>(url, { method: 'POST', json }).catch(() => undefined)
      if (answer?.status === 200) return this.#keep(answer.body)
      await delay(RETRY_MS * (0.5 + random.next()))
    }
  }

  #keep({ access_token, refresh_token, expires_in }: Tokens): void {
    this.#token = access_token
    this.#refreshToken = refresh_token
    this.#endsAt = performance.now() + expires_in * 1_000
  }
}
