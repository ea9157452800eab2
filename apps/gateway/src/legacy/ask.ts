import type { AnyRpc, Output, Params } from '@parley/protocol'
import type { Forward } from '../forward.ts'
import type { Peer } from '../socket/peer.ts'
import { retrying, RETRY_FOR_MS } from '../socket/replay.ts'
import { newTraceId } from '../trace-id.ts'

/** Asks on behalf of a socket's person, again while nobody answers. */
export type Ask = <R extends AnyRpc>(rpc: R, peer: Peer, input: Params<R>) => Promise<Output<R>>

export const createAsk =
  (forward: Forward): Ask =>
  async (rpc, { caller, client }, input) => {
    const asked = { caller, client, traceId: newTraceId(), input }
    const { json } = await retrying(RETRY_FOR_MS, () => forward(rpc, asked))
    return JSON.parse(json) as Output<typeof rpc>
  }
