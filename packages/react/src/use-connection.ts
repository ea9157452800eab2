import type { ConnectionState } from '@parley/client'
import { useMemo } from 'react'
import { useClient } from './provider.ts'
import { useSource } from './use-source.ts'

export const IDLE: ConnectionState = { name: 'idle' }

export interface Connection {
  state: ConnectionState
  /** Whether all that was missed is here and what is new comes by itself. */
  isConnected: boolean
  /** Tries at once; resolves when it is connected. */
  connect: () => Promise<void>
}

/** The connection, for a banner. It is neither opened nor closed by being looked at. */
export function useConnection(): Connection {
  const client = useClient()
  const state = useSource(client.state, IDLE)
  const connect = useMemo(() => () => client.connect(), [client])
  return { state, isConnected: state.name === 'live' || state.name === 'handing_over', connect }
}
