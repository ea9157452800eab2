import type { Card } from '@parley/client'
import type { Presence } from '@parley/client/state'
import { clsx } from 'clsx'
import { hueOf, initialsOf } from '../people.ts'

const sizes = {
  tiny: 'size-7 text-[11px]',
  small: 'size-8 text-xs',
  medium: 'size-11 text-sm',
  large: 'size-16 text-xl',
  huge: 'size-28 text-4xl',
}

const dots = { online: 'bg-positive', away: 'bg-warning' }

export interface AvatarProps {
  of: Pick<Card, 'id' | 'first_name' | 'last_name' | 'username'>
  size?: keyof typeof sizes
  /** Says whether the person is there; nothing for somebody who is not. */
  status?: Presence['status']
}

/** Decoration: the name stands beside it. Pictures of other hosts are not loaded, so that nobody learns who looks. */
export function Avatar({ of, size = 'medium', status }: AvatarProps) {
  const hue = hueOf(of.id)
  return (
    <span aria-hidden className="relative inline-flex shrink-0">
      <span
        className={clsx(
          'inline-flex items-center justify-center rounded-full font-semibold text-white select-none',
          sizes[size],
        )}
        style={{
          background: `linear-gradient(135deg, hsl(${hue} 52% 42%), hsl(${(hue + 50) % 360} 55% 34%))`,
        }}
      >
        {initialsOf(of)}
      </span>
      {(status === 'online' || status === 'away') && (
        <span
          className={clsx(
            'absolute right-0 bottom-0 rounded-full ring-2 ring-surface',
            size === 'small' ? 'size-2.5' : 'size-3',
            dots[status],
          )}
        />
      )}
    </span>
  )
}
