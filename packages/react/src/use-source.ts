import type { Source } from '@parley/client'
import { useCallback, useSyncExternalStore } from 'react'

/**
 * The value of a source: renders when it has changed. Without a source it is `initial`, which is also what a server renders
 * and what a browser begins with that takes over from one.
 */
export function useSource<T>(source: Source<T> | undefined, initial: T): T {
  const subscribe = useCallback(
    (changed: () => void) => source?.subscribe(() => changed()) ?? (() => {}),
    [source],
  )
  return useSyncExternalStore(
    subscribe,
    () => (source ? source.get() : initial),
    () => initial,
  )
}
