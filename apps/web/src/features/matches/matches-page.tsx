import type { Match } from '@parley/client'
import { useMatches, usePresence } from '@parley/react'
import { HeartHandshake } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { NoItems } from '../../components/no-items.tsx'
import { Page } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { nameOf } from '../../people.ts'
import { MatchMenu } from './match-menu.tsx'

export function MatchesPage() {
  const t = useTranslations('matches')
  const { matches, isLoaded, isLoading, hasMore, error, loadMore } = useMatches()
  const told = useTold()
  const load = () => told(loadMore())
  return (
    <Page title={t('title')} width="wide">
      {matches.length === 0 && (
        <NoItems isLoaded={isLoaded} error={error} onRetry={load}>
          <EmptyState icon={HeartHandshake} title={t('none')} text={t('noneText')}>
            <Button asChild>
              <Link href="/discover">{t('discover')}</Link>
            </Button>
          </EmptyState>
        </NoItems>
      )}
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4 lg:grid-cols-4">
        {matches.map((match) => (
          <MatchTile key={match.id} match={match} />
        ))}
      </ul>
      <MoreButton hasMore={isLoaded && hasMore} isLoading={isLoading} onClick={load} />
    </Page>
  )
}

function MatchTile({ match }: { match: Match }) {
  const { user, conversation_id, created_at } = match
  const t = useTranslations('matches')
  const { status } = usePresence(user.id)
  return (
    <li className="relative">
      <Link
        href={`/messages/${conversation_id}`}
        className="flex flex-col items-center gap-3 rounded-3xl border border-line bg-surface px-3 py-6 text-center transition-shadow hover:shadow-card"
      >
        <Avatar of={user} size="large" status={status} />
        <span className="w-full min-w-0">
          <span className="block truncate font-semibold">{nameOf(user)}</span>
          <span className="text-sm text-muted">
            {status === 'online' ? t('online') : <Time at={created_at} />}
          </span>
        </span>
      </Link>
      <span className="absolute top-2 right-2">
        <MatchMenu match={match} />
      </span>
    </li>
  )
}
