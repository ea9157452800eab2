import type { Environment } from './environment.ts'
import { RpcError, toRpcError } from './errors.ts'
import type { CallOptions } from './http.ts'
import { Cell } from './source.ts'
import type { Stored } from './storage.ts'
import type { Tokens, User } from './wire.ts'

/** Tokens are renewed when a fifth of their life is left, a minute before the end at the latest. */
const EARLY_SHARE = 0.2
const EARLY_MS = 60_000
const RETRY_MS = 1_000

/** A reply that was lost is given again for 10 s: the first tries wait so short that the last is asked within them. */
const FIRST_TRIES_MS = [3_000, 3_000]

/** A session as it is kept: the tokens and when the access token ends, by this device's clock. */
export interface StoredSession {
  user: User
  access_token: string
  refresh_token: string
  expires_at: number
  renew_at: number
}

export interface SessionOptions {
  environment: Pick<Environment, 'now' | 'random' | 'after' | 'report'>
  stored: Stored<StoredSession>
  refresh: (refresh_token: string, options?: CallOptions) => Promise<Tokens>
  /** A new access token has come. */
  renewed: (access_token: string) => void
  /** The server knows the session no more. */
  ended: () => void
}

/** Whether a failed renewal means that one must log in; what something in between says does not. */
export const endsSession = (error: unknown): boolean => ['log_in', 'fix'].includes(toRpcError(error).remedy)

/** Whose client this is. Holds the tokens and renews them: one renewal at a time, never twice with the same token. */
export class Session {
  readonly #options: SessionOptions
  #current: StoredSession | undefined
  #renewal: Promise<string> | undefined
  #stopTimer: (() => void) | undefined
  readonly user: Cell<User | undefined>

  constructor(options: SessionOptions) {
    this.#options = options
    this.user = new Cell<User | undefined>(undefined, options.environment.report)
  }

  async load(): Promise<void> {
    const stored = await this.#options.stored.load()
    if (stored && !this.#current) this.#set(stored)
  }

  /** Takes the tokens of a registration, a log-in or an exchange. */
  adopt(tokens: Tokens): void {
    const { user, access_token, refresh_token, expires_in } = tokens
    const now = this.#options.environment.now()
    const lifeMs = expires_in * 1_000
    const renew_at = now + lifeMs - Math.min(EARLY_MS, lifeMs * EARLY_SHARE)
    const session = { user, access_token, refresh_token, expires_at: now + lifeMs, renew_at }
    this.#set(session)
    void this.#options.stored.save(session)
  }

  /** The person has changed what is said of them. */
  changed(user: User): void {
    const session = this.#current
    if (session?.user.id !== user.id) return
    session.user = user
    this.user.set(user)
    void this.#options.stored.save(session)
  }

  clear(): void {
    this.#current = undefined
    this.stop()
    this.user.set(undefined)
    void this.#options.stored.save(undefined)
  }

  /** Renews in time from here on, without being asked. */
  start(): void {
    this.#stopTimer = () => {}
    this.#schedule()
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** A token to ask with; `refused` is one that was not accepted and is not given again. */
  async token(refused?: string): Promise<string> {
    const current = this.#require()
    const now = this.#options.environment.now()
    if (current.access_token !== refused && now < current.renew_at) return current.access_token
    this.#renewal ??= this.#renew(current).finally(() => (this.#renewal = undefined))
    return this.#renewal.catch((error: unknown) => {
      if (current.access_token !== refused && now < current.expires_at && toRpcError(error).isRetryable)
        return current.access_token
      throw error
    })
  }

  /** The token at hand, whether it is good or not. */
  get accessToken(): string | undefined {
    return this.#current?.access_token
  }

  #require(): StoredSession {
    if (this.#current) return this.#current
    throw new RpcError({ code: 'signed_out', detail: 'log in first' })
  }

  async #renew(current: StoredSession): Promise<string> {
    // Another tab of the same storage may have done it: a refresh token that is used twice ends the session.
    const stored = await this.#options.stored.load()
    if (stored && stored.refresh_token !== current.refresh_token && stored.user.id === current.user.id) {
      this.#set(stored)
      if (this.#options.environment.now() < stored.renew_at) return this.#announce(stored.access_token)
    }
    const base = this.#require()
    const tokens = await this.#refresh(base.refresh_token).catch((error: unknown) => {
      if (endsSession(error) && this.#current === base) this.#end()
      throw error
    })
    // Logged out, or in as somebody else, in the meantime: these tokens are nobody's.
    if (this.#current !== base) throw new RpcError({ code: 'signed_out' })
    this.adopt(tokens)
    return this.#announce(this.#require().access_token)
  }

  async #refresh(refresh_token: string): Promise<Tokens> {
    const { refresh, environment } = this.#options
    for (const timeoutMs of FIRST_TRIES_MS) {
      try {
        return await refresh(refresh_token, { timeoutMs })
      } catch (error) {
        if (!toRpcError(error).isRetryable) throw error
      }
      await new Promise<void>((resolve) => void environment.after(RETRY_MS * environment.random(), resolve))
    }
    return refresh(refresh_token)
  }

  #end(): void {
    this.clear()
    this.#options.ended()
  }

  #announce(access_token: string): string {
    this.#options.renewed(access_token)
    return access_token
  }

  #set(session: StoredSession): void {
    this.#current = session
    this.user.set(session.user)
    this.#schedule()
  }

  #schedule(): void {
    if (!this.#stopTimer || !this.#current) return
    this.#stopTimer()
    const { now, after } = this.#options.environment
    const ms = Math.max(RETRY_MS, this.#current.renew_at - now())
    this.#stopTimer = after(ms, () => void this.#renewInTime())
  }

  async #renewInTime(): Promise<void> {
    try {
      await this.token()
    } catch {
      // Whoever needs the token hears of it; here it is only tried again.
    }
    const { now, after } = this.#options.environment
    if (this.#stopTimer && this.#current && now() >= this.#current.renew_at)
      this.#stopTimer = after(5 * RETRY_MS, () => void this.#renewInTime())
  }
}
