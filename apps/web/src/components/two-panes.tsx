import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export interface TwoPanesProps {
  list: ReactNode
  /** Beside the list, or instead of it where there is no room for both. */
  detail: ReactNode
  /** Shown in place of a detail that is not chosen, where there is room. */
  empty: ReactNode
  detailLabel: string
}

export function TwoPanes({ list, detail, empty, detailLabel }: TwoPanesProps) {
  return (
    <div className="flex h-full">
      <div
        className={clsx(
          'min-w-0 md:block md:w-88 md:shrink-0 md:border-r md:border-line',
          detail ? 'hidden' : 'w-full',
        )}
      >
        {list}
      </div>
      <section aria-label={detailLabel} className={clsx('min-w-0 flex-1', !detail && 'hidden md:flex')}>
        {detail ?? empty}
      </section>
    </div>
  )
}
