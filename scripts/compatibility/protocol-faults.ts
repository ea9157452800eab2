import type { JsonSchema } from '../docs/json-schema.ts'
import type { ProtocolShape, RpcShape } from './released.ts'
import { unreadable } from './unreadable.ts'

/**
 * What processes and clients of the release before would stumble over. They ask as they did, and read what they did: what
 * goes in may only become wider, what comes out only narrower.
 */
export function protocolFaults(before: ProtocolShape, now: ProtocolShape): string[] {
  return [
    ...each('operation', before.rpcs, now.rpcs, rpcFaults),
    ...each('event', before.events, now.events, (old, one) => unreadable(old, one)),
    ...each('push', before.pushes, now.pushes, (old, one) => unreadable(old, one)),
    ...each('frame', before.clientFrames, now.clientFrames, (old, one) => unreadable(one, old)),
  ]
}

function each<T extends RpcShape | JsonSchema>(
  kind: string,
  before: Record<string, T>,
  now: Record<string, T>,
  faults: (before: T, now: T) => string[],
): string[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const found = now[name]
    if (!found) return [`${kind} ${name} is gone`]
    return faults(old, found).map((fault) => `${kind} ${name}: ${fault}`)
  })
}

function rpcFaults(before: RpcShape, now: RpcShape): string[] {
  const fixed = (['access', 'route', 'frame', 'isOrdered'] as const).filter(
    (key) => before[key] !== null && before[key] !== now[key],
  )
  return [
    ...fixed.map((key) => `${key} was ${before[key]}, and is ${now[key]}`),
    ...unreadable(now.input, before.input).map((fault) => `input ${fault}`),
    ...unreadable(before.output, now.output).map((fault) => `output ${fault}`),
  ]
}
