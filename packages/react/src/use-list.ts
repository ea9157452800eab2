import type { Source } from '@parley/client'
import type { ListStatus } from '@parley/client/state'
import { useMemo } from 'react'
import { useSource } from './use-source.ts'

interface List<T> extends Source<readonly T[]> {
  readonly status: Source<ListStatus>
  loadMore(): Promise<void>
}

const NOTHING: readonly never[] = []
const UNTOUCHED: ListStatus = { isLoaded: false, isLoading: false, hasMore: true, error: undefined }

export interface ListPart extends ListStatus {
  /** Loads the next page. A failure stands in `error` as well. */
  loadMore: () => Promise<void>
}

/** The items of a list, and how much of it is here; loads the first page. */
export function useList<T>(list: List<T>): readonly [readonly T[], ListPart] {
  const items = useSource<readonly T[]>(list, NOTHING)
  const status = useSource(list.status, UNTOUCHED)
  const loadMore = useMemo(() => () => list.loadMore(), [list])
  return [items, { ...status, loadMore }]
}
