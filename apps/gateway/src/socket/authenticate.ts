import { clientFrames, redeemOutsideToken, redeemTicket } from '@parley/protocol'
import { isFault, RpcError, type Bus } from '@parley/service-kit'
import type { EndedSessions } from '../access/ended-sessions.ts'
import type { Tokens, Verified } from '../access/tokens.ts'
import { parseObject, type JsonObject } from '../json.ts'
import type { Peer } from './peer.ts'
import type { Registry } from './registry.ts'

export type Credential = { token: string } | { ticket: string }

export interface Authenticator {
  /** Verifies a credential of the handshake; frames wait meanwhile. */
  begin(peer: Peer, credential: Credential): void
  /** A frame of a socket that is not authenticated yet. */
  receive(peer: Peer, text: string): void
  /** A new credential for an open socket; rejects with the refusal. */
  renew(peer: Peer, frame: JsonObject): Promise<void>
}

export interface AuthenticatorOptions {
  bus: Pick<Bus, 'call'>
  tokens: Tokens
  ended: Pick<EndedSessions, 'has'>
  registry: Registry
  /** A frame of an authenticated socket. */
  dispatch: (peer: Peer, text: string) => void
  /** Before the first frame of a legacy socket: resolves once it is open, or closed. */
  openLegacy: (peer: Peer) => Promise<void>
}

/** While a credential is verified, this much may wait; then the network has to. */
const MOST_WAITING_CHARS = 8_192

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { bus, tokens, ended, registry, dispatch, openLegacy } = options
  const verify = async (peer: Peer, credential: Credential): Promise<Verified> => {
    if ('token' in credential && !tokens.isForeign(credential.token)) return tokens.verify(credential.token)
    const { user_id, session_id, role, expires_at } = await redeem(bus, peer, credential)
    // It may have ended while the answer was on its way.
    if (ended.has(session_id)) throw new RpcError('unauthenticated')
    return { caller: { user_id, session_id, role }, expiresAt: expires_at * 1_000, kid: undefined }
  }
  const accept = (peer: Peer, { caller, expiresAt, kid }: Verified): void => {
    peer.caller = caller
    // A legacy client cannot renew its token: its socket ends with the session.
    if (peer.legacy) return
    peer.expiresAt = expiresAt
    peer.kid = kid
  }
  const begin = (peer: Peer, credential: Credential): void => {
    peer.waiting = []
    verify(peer, credential).then(
      async (verified) => {
        if (peer.isClosing) return
        accept(peer, verified)
        peer.setStranger(false)
        registry.add(peer)
        if (peer.legacy) await openLegacy(peer)
        goOn(peer)
      },
      (err: unknown) => refuse(peer, err),
    )
  }
  const goOn = (peer: Peer): void => {
    const waiting = peer.waiting ?? []
    peer.waiting = undefined
    if (peer.ws.isPaused) peer.ws.resume()
    for (const text of waiting) dispatch(peer, text)
  }

  return {
    begin,
    receive: (peer, text) => {
      if (peer.waiting) return wait(peer, peer.waiting, text)
      const credential = readCredential(text)
      if (!credential) return peer.close('not_authenticated', 'authenticate first')
      begin(peer, credential)
    },
    renew: async (peer, frame) => {
      const credential = toCredential(frame)
      const { caller } = peer
      const verified = await verify(peer, credential)
      const isSame =
        verified.caller.user_id === caller?.user_id && verified.caller.session_id === caller.session_id
      if (!isSame) throw new RpcError('unauthenticated')
      accept(peer, verified)
    },
  }
}

/** What only auth can tell the worth of. */
const redeem = (bus: Pick<Bus, 'call'>, { client }: Peer, credential: Credential) =>
  'token' in credential
    ? bus.call(redeemOutsideToken, credential, { client })
    : bus.call(redeemTicket, credential, { client })

function wait(peer: Peer, waiting: string[], text: string): void {
  waiting.push(text)
  const chars = waiting.reduce((sum, { length }) => sum + length, 0)
  if (chars > MOST_WAITING_CHARS && !peer.ws.isPaused) peer.ws.pause()
}

/** A service that cannot be asked now, or not so often, is no verdict on the credential: the client may come back. */
export function refuse(peer: Peer, err: unknown): void {
  const code = err instanceof RpcError ? err.code : undefined
  if (code === 'rate_limited') return peer.close('rate_limited')
  peer.close(code !== undefined && isFault(code) ? 'overloaded' : 'not_authenticated')
}

function readCredential(text: string): Credential | undefined {
  const parsed = parseObject(text)
  if (!parsed.ok || parsed.value['type'] !== 'authenticate') return undefined
  const frame = clientFrames.authenticate.payload.safeParse(parsed.value)
  return frame.success ? toCredential(frame.data) : undefined
}

function toCredential({ token, ticket }: JsonObject): Credential {
  return typeof token === 'string' ? { token } : { ticket: String(ticket) }
}
