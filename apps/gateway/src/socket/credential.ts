import type { IncomingMessage } from 'node:http'
import type { Credential } from './authenticate.ts'

/** The sub-protocol that is spoken; a credential may travel next to it, and only this is answered. */
export const SUBPROTOCOL = 'parley.v1'

/** What a handshake shows. `refused` closes the socket once it is open, so that a browser can read why. */
export type Shown =
  | { kind: 'credential'; credential: Credential }
  | { kind: 'none' }
  | { kind: 'refused'; why: 'token_in_url' | 'version' | 'scheme' }

const inUrl = ['token', 'access_token', 'ticket', 'bearer', 'jwt', 'authorization']

export function shownBy({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): Shown {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))
  if (inUrl.some((name) => query.has(name))) return { kind: 'refused', why: 'token_in_url' }
  if (headers.authorization !== undefined) {
    const [scheme = '', token = ''] = headers.authorization.split(' ')
    if (scheme.toLowerCase() !== 'bearer') return { kind: 'refused', why: 'scheme' }
    return { kind: 'credential', credential: { token } }
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim())
  if (offered[0] === '') return { kind: 'none' }
  if (!offered.includes(SUBPROTOCOL)) return { kind: 'refused', why: 'version' }
  for (const item of offered) {
    if (item.startsWith('bearer.')) return { kind: 'credential', credential: { token: item.slice(7) } }
    if (item.startsWith('ticket.')) return { kind: 'credential', credential: { ticket: item.slice(7) } }
  }
  return { kind: 'none' }
}

/** What a legacy socket shows: its clients can say it in the address only. A ticket is no JWT. */
export function shownInUrl(url: string): Credential | undefined {
  const token = new URL(url, 'ws://host').searchParams.get('token') ?? ''
  if (token === '') return undefined
  return token.split('.').length === JWT_PARTS ? { token } : { ticket: token }
}

const JWT_PARTS = 3
