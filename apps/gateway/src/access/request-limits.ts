import type { AnyRpc, Caller } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import { createSharedBuckets } from '../cluster/shared-buckets.ts'
import type { Siblings } from '../cluster/siblings.ts'
import type { Rate } from '../limits.ts'
import { networkOf } from './client-address.ts'

/** `anonymous` is of an address, the others of a person. */
export type RequestKind = 'read' | 'write' | 'search' | 'anonymous'

/** At a factor of 1. What a person sends is counted by messaging, over sockets and HTTP. */
export const requestRates: Record<RequestKind, Rate> = {
  read: { perSecond: 200, burst: 2_000 },
  write: { perSecond: 100, burst: 1_000 },
  search: { perSecond: 10, burst: 60 },
  anonymous: { perSecond: 200, burst: 2_000 },
}

export interface RequestLimiter extends AsyncDisposable {
  /** Counts one request; rejects with `rate_limited` when it is one too many. */
  count(rpc: AnyRpc, from: { caller?: Caller | undefined; address: string }): Promise<void>
}

export interface RequestLimiterOptions {
  siblings: Pick<Siblings, 'count' | 'topic'>
  personFactor: number
  addressFactor: number
  limited: Record<RequestKind, number>
}

/** How many requests a person, or an address without one, may make: one limit over all gateways for each kind of request. */
export function createRequestLimiter(options: RequestLimiterOptions): RequestLimiter {
  const { siblings, personFactor, addressFactor, limited } = options
  const buckets = createSharedBuckets(siblings, {
    read: scaled(requestRates.read, personFactor),
    write: scaled(requestRates.write, personFactor),
    search: scaled(requestRates.search, personFactor),
    anonymous: scaled(requestRates.anonymous, addressFactor),
  })
  return {
    count: async (rpc, { caller, address }) => {
      const kind = caller ? kindOf(rpc) : 'anonymous'
      if (kind === undefined) return
      const waiting = buckets.take(kind, caller?.user_id ?? networkOf(address))
      const waitMs = typeof waiting === 'number' ? waiting : await waiting
      if (waitMs === 0) return
      limited[kind]++
      throw new RpcError('rate_limited', { retry_after_ms: waitMs })
    },
    [Symbol.asyncDispose]: () => buckets[Symbol.asyncDispose](),
  }
}

/** Undefined for what its service counts by itself. */
function kindOf({ requests, http }: AnyRpc): RequestKind | undefined {
  if (requests === 'counted_by_service') return undefined
  if (requests === 'search') return 'search'
  return http?.method === 'GET' ? 'read' : 'write'
}

function scaled({ perSecond, burst }: Rate, factor: number): Rate {
  return { perSecond: perSecond * factor, burst: Math.max(1, burst * factor) }
}
