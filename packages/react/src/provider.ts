import type { ParleyClient } from '@parley/client'
import type { ParleyState } from '@parley/client/state'
import { createContext, createElement, type ReactNode, useContext } from 'react'

const States = createContext<ParleyState | undefined>(undefined)

/** Gives a state, and its client, to all hooks below. It neither connects nor closes the client, which outlives components. */
export const ParleyProvider = ({ state, children }: { state: ParleyState; children?: ReactNode }) =>
  createElement(States.Provider, { value: state }, children)

/** The state of the nearest provider. */
export function useParley(): ParleyState {
  const state = useContext(States)
  if (!state) throw new Error('Parley hooks need a <ParleyProvider state={…}> above them')
  return state
}

/** The client of the nearest provider, for what no hook offers. */
export const useClient = (): ParleyClient => useParley().client
