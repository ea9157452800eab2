import { RpcError } from './errors.ts'
import type { State } from './machine.ts'
import { type Source, until } from './source.ts'

/** By the person, or by the server. */
const SIGNED_OUT: readonly string[] = ['signed_out', 'session_ended']

/** Why there will be no connection; undefined while there may be one. */
export function closedError(state: State): RpcError | undefined {
  if (state.name !== 'closed') return undefined
  const code = SIGNED_OUT.includes(state.reason) ? 'signed_out' : 'closed'
  return new RpcError({ code, detail: state.reason })
}

/** Resolves when there is a connection that has caught up; rejects when there will be none. */
export const untilLive = (source: Source<State>): Promise<true> =>
  until(source, (state) => {
    const error = closedError(state)
    if (error) throw error
    return state.name === 'live' || state.name === 'handing_over' || undefined
  })
