import type { AnyRpc, Caller, Output, Params } from '@parley/protocol'
import { RpcError, unavailable, type Bus } from '@parley/service-kit'

/** The part of a request's context that a question to another service needs. */
export interface Asking {
  deadline: number
  traceId: string
  /** Who may see the answer, where the other service is asked on a person's behalf. */
  behalf?: Caller
}

/** Asks another service while the caller waits. Errors that the RPC declares pass through; every other one is `unavailable`. */
export async function ask<R extends AnyRpc>(
  bus: Bus,
  rpc: R,
  params: Params<R>,
  { deadline, traceId, behalf }: Asking,
): Promise<Output<R>> {
  try {
    return await bus.call(rpc, params, { traceId, deadline, ...(behalf && { caller: behalf }) })
  } catch (err) {
    if (err instanceof RpcError && rpc.errors.some((code) => code === err.code)) throw err
    throw unavailable(err)
  }
}
