import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'

export interface JumpButtonProps {
  icon: LucideIcon
  label: string
  /** At which edge of the messages it floats: towards what it leads to. */
  at: 'top' | 'bottom'
  isBusy?: boolean
  onClick: () => void
}

export function JumpButton({ icon: Icon, label, at, isBusy = false, onClick }: JumpButtonProps) {
  return (
    <button
      type="button"
      aria-busy={isBusy}
      onClick={onClick}
      className={clsx(
        'absolute left-1/2 z-10 inline-flex h-10 -translate-x-1/2 animate-fade items-center gap-2 rounded-full px-4 text-sm font-medium whitespace-nowrap shadow-card aria-busy:opacity-70',
        at === 'top' ? 'top-3 bg-like text-white dark:text-black' : 'bottom-3 border border-line bg-raised',
      )}
    >
      <Icon aria-hidden size={16} />
      {label}
    </button>
  )
}
