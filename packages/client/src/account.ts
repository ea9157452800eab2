import type { Environment } from './environment.ts'
import { RpcError } from './errors.ts'
import { type CallOptions, callHttp } from './http.ts'
import { Session, type StoredSession } from './session.ts'
import type { Stored } from './storage.ts'
import type { Input, OperationName, Result, Tokens } from './wire.ts'

export interface AccountOptions {
  url: URL
  environment: Pick<Environment, 'fetch' | 'now' | 'random' | 'after' | 'report'>
  stored: Stored<StoredSession>
  /** Whose everything else is that is kept: also after the session has ended. */
  owner: Stored<number>
  /** A log-in made elsewhere. */
  tokens: Tokens | undefined
  on: {
    /** A new access token of the same session. */
    renewed: (access_token: string) => void
    /** The server knows the session no more. */
    ended: () => void
    /** What is kept is somebody else's, or nobody's. */
    changed: () => void
  }
}

/** Operations over HTTP, and the session in whose name they are called. */
export class Account {
  readonly session: Session
  readonly #options: AccountOptions
  #loaded: Promise<void> | undefined
  #owner: number | undefined

  constructor(options: AccountOptions) {
    this.#options = options
    this.session = new Session({
      environment: options.environment,
      stored: options.stored,
      refresh: (refresh_token, options) => this.call('auth.refresh', { refresh_token }, options),
      renewed: options.on.renewed,
      ended: options.on.ended,
    })
  }

  /** Whose everything is that is kept here. */
  get owner(): number | undefined {
    return this.#owner
  }

  /** Takes up the session that is kept; one that was given counts unless the kept one is the same person's, and later. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }

  async call<N extends OperationName>(
    name: N,
    input: Input<N>,
    options: CallOptions = {},
  ): Promise<Result<N>> {
    const { url, environment } = this.#options
    const token = async (refused?: string) => {
      await this.load()
      return this.session.token(refused)
    }
    const result = await callHttp({ url, environment, token }, { name, input, ...options })
    if (name === 'auth.update_me') this.session.changed(result as Result<'auth.update_me'>)
    return result
  }

  async register(input: Input<'auth.register'>): Promise<Tokens> {
    return this.adopt(await this.call('auth.register', input))
  }

  async logIn(input: Input<'auth.log_in'>): Promise<Tokens> {
    return this.adopt(await this.call('auth.log_in', input))
  }

  async adopt(tokens: Tokens): Promise<Tokens> {
    await this.load()
    this.#take(tokens)
    return tokens
  }

  /** Ends the session on the server and forgets it here, also when the server knows it no more. */
  async logOut(): Promise<void> {
    try {
      await this.call('auth.log_out', {})
    } catch (error) {
      if (!(error instanceof RpcError && error.remedy === 'log_in')) throw error
    }
    this.session.clear()
    this.#options.on.changed()
  }

  async #load(): Promise<void> {
    const { tokens } = this.#options
    await this.session.load()
    this.#owner = this.session.user.get()?.id ?? (await this.#options.owner.load())
    if (tokens && tokens.user.id !== this.session.user.get()?.id) this.#take(tokens)
  }

  #take(tokens: Tokens): void {
    const { id } = tokens.user
    if (this.#owner !== undefined && this.#owner !== id) this.#options.on.changed()
    if (this.#owner !== id) void this.#options.owner.save(id)
    this.#owner = id
    this.session.adopt(tokens)
  }
}
