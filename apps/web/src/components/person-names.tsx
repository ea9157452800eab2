import type { Card } from '@parley/client'
import { nameOf } from '../people.ts'
import { Avatar } from './avatar.tsx'

/** Who somebody is, in two lines beside their picture; for a list of people. */
export function PersonNames({ of }: { of: Card }) {
  return (
    <>
      <Avatar of={of} size="small" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{nameOf(of)}</span>
        <span className="block truncate text-sm text-muted">@{of.username}</span>
      </span>
    </>
  )
}
