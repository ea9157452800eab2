import { clsx } from 'clsx'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'inverse'

const variants: Record<Variant, string> = {
  primary: 'bg-accent text-white hover:bg-accent-strong',
  secondary: 'bg-surface text-text border border-line hover:bg-sunken',
  quiet: 'text-text hover:bg-sunken',
  danger: 'bg-danger-soft text-danger hover:brightness-95',
  inverse: 'bg-white text-[#3a23b8] hover:bg-white/90',
}

const sizes = {
  small: 'h-9 px-3 text-sm rounded-lg gap-1.5',
  medium: 'h-11 px-4 text-[15px] rounded-xl gap-2',
}

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: Variant
  size?: keyof typeof sizes
  /** The look goes to the one child, such as a link. */
  asChild?: boolean
}

export function Button({
  variant = 'primary',
  size = 'medium',
  asChild = false,
  className,
  ...rest
}: ButtonProps) {
  const Tag = asChild ? Slot.Root : 'button'
  return (
    <Tag
      type={asChild ? undefined : 'button'}
      {...rest}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50',
        variants[variant],
        sizes[size],
        className,
      )}
    />
  )
}
