import { clsx } from 'clsx'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { useTitle } from '../app/use-title.ts'

export interface PageProps {
  title: string
  /** Where one comes from; an arrow leads there. */
  back?: string
  /** At the right of the title. */
  actions?: ReactNode
  /** As wide as text is read with ease, or all there is. */
  width?: 'reading' | 'wide'
  children: ReactNode
}

/** A page of the app: its title, also that of the window, above what scrolls. */
export function Page({ title, back, actions, width = 'reading', children }: PageProps) {
  const t = useTranslations('common')
  useTitle(title)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex h-16 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 sm:px-6">
        {back && (
          <Link
            href={back}
            aria-label={t('back')}
            className="-ml-2 inline-flex size-10 items-center justify-center rounded-full text-muted hover:bg-sunken"
          >
            <ArrowLeft aria-hidden size={20} />
          </Link>
        )}
        <h1 className="min-w-0 flex-1 truncate text-xl font-semibold tracking-tight">{title}</h1>
        {actions}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        <div
          className={clsx(
            'mx-auto flex min-h-full flex-col p-4 sm:p-6',
            width === 'reading' ? 'max-w-2xl' : 'max-w-5xl',
          )}
        >
          {children}
        </div>
      </div>
    </div>
  )
}

/** A part of a page with a heading of its own. */
export function Card({ title, text, children }: { title?: string; text?: string; children: ReactNode }) {
  return (
    <section className="mb-4 rounded-2xl border border-line bg-surface p-5 sm:p-6">
      {title && <h2 className="text-base font-semibold">{title}</h2>}
      {text && <p className="mt-1 text-sm text-muted">{text}</p>}
      {(title ?? text) && <div className="h-3" />}
      {children}
    </section>
  )
}
