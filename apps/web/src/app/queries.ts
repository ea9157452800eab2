import { RpcError } from '@parley/client'
import { QueryClient } from '@tanstack/react-query'

/**
 * For what is asked for and not followed: own profile, sessions, lists of staff. Messages, conversations, matches and
 * presence are the SDK's, which keeps them up to date.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && error instanceof RpcError && error.isRetryable,
      },
    },
  })
