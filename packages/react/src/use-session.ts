import type { Input, ParleyClient, Tokens, User } from '@parley/client'
import { useMemo } from 'react'
import { useClient } from './provider.ts'
import { IDLE } from './use-connection.ts'
import { useSource } from './use-source.ts'

export interface Session {
  user: User | undefined
  /** `unknown` until the client was told to connect and has read what is kept. */
  status: 'unknown' | 'signed_in' | 'signed_out'
  /** Registers, and connects. Rejects with RpcError when it is refused. */
  register: (input: Input<'auth.register'>) => Promise<Tokens>
  /** As `register`. */
  logIn: (input: Input<'auth.log_in'>) => Promise<Tokens>
  /** Goes on with the tokens of a log-in made elsewhere, and connects. */
  adopt: (tokens: Tokens) => Promise<Tokens>
  logOut: () => Promise<void>
}

/** Who is logged in here, and how to change that. */
export function useSession(): Session {
  const client = useClient()
  const user = useSource(client.user, undefined)
  const { name } = useSource(client.state, IDLE)
  const actions = useMemo(() => actionsOf(client), [client])
  return { user, status: user ? 'signed_in' : name === 'closed' ? 'signed_out' : 'unknown', ...actions }
}

function actionsOf(client: ParleyClient): Pick<Session, 'register' | 'logIn' | 'adopt' | 'logOut'> {
  const connected = async (tokens: Promise<Tokens>) => {
    const given = await tokens
    // How it goes on stands in the connection's state.
    void client.connect()
    return given
  }
  return {
    register: (input) => connected(client.register(input)),
    logIn: (input) => connected(client.logIn(input)),
    adopt: (tokens) => connected(client.adopt(tokens)),
    logOut: () => client.logOut(),
  }
}
