import type { Account } from './account.ts'

/** Proves to the socket who asks, with a token or with a one-time ticket for it. */
export class Credentials {
  readonly #account: Account
  readonly #tickets: boolean
  #lastToken: string | undefined

  constructor(account: Account, tickets: boolean) {
    this.#account = account
    this.#tickets = tickets
  }

  /** The sub-protocol; with `renew`, by a token other than the last one. */
  async next(renew: boolean): Promise<string> {
    const token = await this.#account.session.token(renew ? this.#lastToken : undefined)
    this.#lastToken = token
    if (!this.#tickets) return `bearer.${token}`
    return `ticket.${(await this.#account.call('auth.issue_ticket', {})).ticket}`
  }

  /** The open socket goes on with another token. */
  renewed(token: string): void {
    this.#lastToken = token
  }
}
