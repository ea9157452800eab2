import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface EmptyStateProps {
  icon: LucideIcon
  title: string
  text?: string
  /** What to do about it. */
  children?: ReactNode
}

export function EmptyState({ icon: Icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-2 px-6 py-12 text-center">
      <span className="mb-2 inline-flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent-text">
        <Icon aria-hidden size={28} strokeWidth={1.8} />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      {text && <p className="text-muted">{text}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  )
}
