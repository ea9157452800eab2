import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** What it does, for those who do not see the picture. */
  label: string
  size?: 'small' | 'medium'
}

export function IconButton({ icon: Icon, label, size = 'medium', className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-text disabled:opacity-40',
        size === 'small' ? 'size-8' : 'size-10',
        className,
      )}
    >
      <Icon aria-hidden size={size === 'small' ? 17 : 20} strokeWidth={2} />
    </button>
  )
}
