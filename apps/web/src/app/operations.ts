import type { Input, OperationName, Result } from '@parley/client'
import { useClient } from '@parley/react'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { toast } from '../components/toast.tsx'
import { useErrorText } from '../texts/error-text.ts'

/** What an operation answers, asked for once it is wanted and kept until `useAction` changes it. */
export function useOperation<N extends OperationName>(
  name: N,
  input: Input<N>,
  { isWanted = true }: { isWanted?: boolean } = {},
) {
  const client = useClient()
  return useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) => client.call(name, input, { signal }),
    enabled: isWanted,
  })
}

/** Operations that answer a list page by page. */
type ListName = {
  [N in OperationName]: Result<N> extends { items: readonly unknown[]; next_cursor: string | null }
    ? N
    : never
}[OperationName]

/**
 * As `useOperation`, for a list that is longer than a page: all pages one after the other, until one fails; `fetchNextPage`
 * goes on.
 */
export function useAllPages<N extends ListName>(name: N, input: Input<N>) {
  const client = useClient()
  const pages = useInfiniteQuery({
    queryKey: [name, input],
    queryFn: ({ pageParam, signal }): Promise<Result<N>> =>
      client.call(name, { ...input, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
  const { hasNextPage, isFetching, error, fetchNextPage } = pages
  useEffect(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage()
  }, [hasNextPage, isFetching, error, fetchNextPage])
  return pages
}

/** An operation that changes something; a refusal is told in a toast, and `changes` are asked for again. */
export function useAction<N extends OperationName>(
  name: N,
  options?: { changes?: readonly OperationName[] },
) {
  const client = useClient()
  return useTask((input: Input<N>): Promise<Result<N>> => client.call(name, input), options)
}

/** As `useAction`, for what is more than one operation, or an action of the SDK. */
export function useTask<I, R>(
  run: (input: I) => Promise<R>,
  { changes = [] }: { changes?: readonly OperationName[] } = {},
) {
  const queries = useQueryClient()
  const errorText = useErrorText()
  return useMutation({
    mutationFn: run,
    onSuccess: () =>
      Promise.all(changes.map((changed) => queries.invalidateQueries({ queryKey: [changed] }))),
    onError: (error) => void toast.error(errorText(error)),
  })
}
