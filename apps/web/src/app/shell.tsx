import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { Broken } from './broken.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Navigation } from './navigation.tsx'
import { Celebrations } from '../features/matches/celebrations.tsx'

/** What stands around every page: the way around, and what is the matter with the connection. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations('common')
  const [location] = useLocation()
  return (
    <div className="flex h-dvh flex-col-reverse md:flex-row">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-accent px-4 py-2 text-white focus:translate-y-0"
      >
        {t('skipToContent')}
      </a>
      <Navigation />
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <ConnectionBanner />
        <div className="min-h-0 flex-1">
          <Broken path={location}>{children}</Broken>
        </div>
      </main>
      <Celebrations />
    </div>
  )
}
