import type { AnyRpc, Caller } from '@parley/protocol'
import { invalidInput, isOkLine, lineJson, parseReply, refusal, RpcError } from '@parley/service-kit'
import type { Bus, Client } from '@parley/service-kit'
import type { GatewayMetrics } from './metrics.ts'

export interface Request {
  caller: Caller | undefined
  client: Client
  traceId: string
  input: unknown
  pick?: 'ack' | undefined
}

/** The JSON text of an output, unparsed, and the socket frames that came with it. */
export interface Reply {
  json: string
  frames: string[]
}

/** To time each would have its price. */
const TIMED_ONE_OF = 16

export type Forward = (rpc: AnyRpc, request: Request) => Promise<Reply>

/**
 * Checks a request by its definition and hands it to the service that answers it. Rejects with RpcErrors only. What a request
 * holds while it waits is what the garbage collector carries: nothing is kept here but what reads the reply.
 */
export function createForward(
  bus: Pick<Bus, 'forward'>,
  metrics: Pick<GatewayMetrics, 'forwarded'>,
): Forward {
  let asked = 0
  const timed = (rpc: AnyRpc): ((reply: string) => Reply) => {
    const startedAt = performance.now()
    return (reply) => {
      metrics.forwarded(rpc.name, (performance.now() - startedAt) / 1_000)
      return readReply(reply)
    }
  }
  return (rpc, { caller, client, traceId, input, pick }) => {
    const refused = refusal(rpc, caller)
    if (refused) return Promise.reject(new RpcError(refused))
    const checked = rpc.input.safeParse(input)
    if (!checked.success) return Promise.reject(invalidInput(checked.error))
    const read = ++asked % TIMED_ONE_OF === 0 ? timed(rpc) : readReply
    return bus.forward(rpc, { caller, client, trace_id: traceId, pick, input: checked.data }).then(read)
  }
}

function readReply(reply: string): Reply {
  const end = reply.indexOf('\n')
  const line = end === -1 ? reply : reply.slice(0, end)
  // Throws the error that the line carries.
  if (!isOkLine(line)) parseReply(line)
  return { json: lineJson(line), frames: end === -1 ? [] : reply.slice(end + 1).split('\n') }
}
