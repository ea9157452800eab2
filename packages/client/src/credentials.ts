import type { Account } from './account.ts'

/** What opens a socket, and who is to be greeted there. */
export interface Credential {
  user_id: number | undefined
  /** `bearer.<token>` or `ticket.<ticket>`. */
  protocol: string
}

/** Proves to the socket who asks, with a token or with a one-time ticket for it. */
export class Credentials {
  readonly #account: Account
  readonly #tickets: boolean
  #lastToken: string | undefined

  constructor(account: Account, tickets: boolean) {
    this.#account = account
    this.#tickets = tickets
  }

  /** With `renew`, by a token other than the last one. */
  async next(renew: boolean): Promise<Credential> {
    const { session } = this.#account
    const token = await session.token(renew ? this.#lastToken : undefined)
    const user_id = session.user.get()?.id
    this.#lastToken = token
    if (!this.#tickets) return { user_id, protocol: `bearer.${token}` }
    const { ticket } = await this.#account.call('auth.issue_ticket', {})
    return { user_id, protocol: `ticket.${ticket}` }
  }

  /** The open socket goes on with another token. */
  renewed(token: string): void {
    this.#lastToken = token
  }
}
