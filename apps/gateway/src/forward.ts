import type { AnyRpc, Caller } from '@parley/protocol'
import { invalidInput, isOkLine, lineJson, parseReply, refusal, RpcError } from '@parley/service-kit'
import type { Bus, Client } from '@parley/service-kit'
import type { GatewayMetrics } from './metrics.ts'

export interface Request {
  caller: Caller | undefined
  client: Client
  traceId: string
  input: unknown
  pick?: 'ack'
}

/** The JSON text of an output, unparsed, and the socket frames that came with it. */
export interface Reply {
  json: string
  frames: string[]
}

/** To time each would have its price. */
const TIMED_ONE_OF = 16

export type Forward = (rpc: AnyRpc, request: Request) => Promise<Reply>

/** Checks a request by its definition and hands it to the service that answers it. Rejects with RpcErrors only. */
export function createForward(
  bus: Pick<Bus, 'forward'>,
  metrics: Pick<GatewayMetrics, 'forwarded'>,
): Forward {
  let asked = 0
  return async (rpc, { caller, client, traceId, input, pick }) => {
    const refused = refusal(rpc, caller)
    if (refused) throw new RpcError(refused)
    const checked = rpc.input.safeParse(input)
    if (!checked.success) throw invalidInput(checked.error)
    const startedAt = ++asked % TIMED_ONE_OF === 0 ? performance.now() : undefined
    const reply = await bus.forward(rpc, {
      ...(caller && { caller }),
      client,
      trace_id: traceId,
      ...(pick && { pick }),
      input: checked.data,
    })
    if (startedAt !== undefined) metrics.forwarded(rpc.name, (performance.now() - startedAt) / 1_000)
    return readReply(reply)
  }
}

function readReply(reply: string): Reply {
  const end = reply.indexOf('\n')
  const line = end === -1 ? reply : reply.slice(0, end)
  // Throws the error that the line carries.
  if (!isOkLine(line)) parseReply(line)
  return { json: lineJson(line), frames: end === -1 ? [] : reply.slice(end + 1).split('\n') }
}
