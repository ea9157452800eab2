import type { ReactNode } from 'react'
import { Failure, type FailureProps } from './failure.tsx'
import { Spinner } from './spinner.tsx'

export interface NoItemsProps extends FailureProps {
  /** All that there is, is here. */
  isLoaded: boolean
  /** What to say where there is nothing. */
  children: ReactNode
}

/** What stands in the place of a list that shows nothing: it is on its way, it could not be loaded, or there is nothing. */
export function NoItems({ isLoaded, error, onRetry, children }: NoItemsProps) {
  if (error) return <Failure error={error} onRetry={onRetry} />
  return isLoaded ? children : <Spinner />
}
