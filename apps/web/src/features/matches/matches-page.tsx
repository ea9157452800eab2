import type { Match } from '@parley/client'
import { useMatches, usePresence } from '@parley/react'
import { HeartHandshake, RefreshCw } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Page } from '../../components/page.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { Time } from '../../components/time.tsx'
import { nameOf } from '../../people.ts'
import { useErrorText } from '../../texts/error-text.ts'
import { MatchMenu } from './match-menu.tsx'

export function MatchesPage() {
  const t = useTranslations('matches')
  const common = useTranslations('common')
  const errorText = useErrorText()
  const { matches, isLoaded, isLoading, hasMore, error, loadMore } = useMatches()
  const told = useTold()
  const load = () => told(loadMore())
  if (!isLoaded && !error && matches.length === 0)
    return (
      <Page title={t('title')}>
        <Spinner />
      </Page>
    )
  return (
    <Page title={t('title')} width="wide">
      {error && matches.length === 0 && (
        <EmptyState icon={RefreshCw} title={errorText(error)}>
          <Button onClick={load}>{common('retry')}</Button>
        </EmptyState>
      )}
      {isLoaded && matches.length === 0 && (
        <EmptyState icon={HeartHandshake} title={t('none')} text={t('noneText')}>
          <Button asChild>
            <Link href="/discover">{t('discover')}</Link>
          </Button>
        </EmptyState>
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
