import type { Conversation } from '@parley/client'
import { preview } from '@parley/markdown'
import { useConversations } from '@parley/react'
import { Headset } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Link, useParams } from 'wouter'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Badge, CountBadge } from '../../components/badge.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Segments } from '../../components/segments.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { Time } from '../../components/time.tsx'
import { nameOf } from '../../people.ts'

type Filter = 'waiting' | 'all'
const filters: readonly Filter[] = ['waiting', 'all']

/** Support conversations: those first in which somebody waits for an answer, longest first. */
export function Queue() {
  const t = useTranslations('support')
  const { conversations, isLoaded, isLoading, hasMore, loadMore } = useConversations()
  const told = useTold()
  const [filter, setFilter] = useState<Filter>('waiting')
  const support = conversations.filter(({ kind }) => kind === 'support')
  const waiting = support.filter(isWaiting).toReversed()
  const shown = filter === 'waiting' ? waiting : support
  if (!isLoaded && support.length === 0) return <Spinner />
  return (
    <>
      <div className="mb-4">
        <Segments
          label={t('filter')}
          options={filters.map((value) => ({ value, label: t(value, { count: waiting.length }) }))}
          value={filter}
          onChange={setFilter}
        />
      </div>
      {shown.length === 0 && <EmptyState icon={Headset} title={t('none')} text={t('noneText')} />}
      <ul className="-mx-2 flex flex-col gap-0.5">
        {shown.map((conversation) => (
          <Row key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      <MoreButton hasMore={isLoaded && hasMore} isLoading={isLoading} onClick={() => told(loadMore())} />
    </>
  )
}

/** The person has the last word in a conversation that is open. */
const isWaiting = ({ last_message, participants, state }: Conversation): boolean =>
  state === 'open' && last_message?.sender.id === participants[0]?.id

function Row({ conversation }: { conversation: Conversation }) {
  const t = useTranslations('support')
  const { id } = useParams<{ id?: string }>()
  const { participants, last_message, unread_count, title, state } = conversation
  // Whose conversation it is, stands first; staff comes as it writes.
  const [person] = participants
  if (!person) return null
  return (
    <li>
      <Link
        href={`/support/${conversation.id}`}
        aria-current={id === String(conversation.id) ? 'page' : undefined}
        className="flex items-center gap-3 rounded-2xl px-3 py-2.5 hover:bg-sunken aria-[current=page]:bg-accent-soft"
      >
        <Avatar of={person} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-semibold">{nameOf(person)}</span>
            <span className="text-xs text-muted">
              <Time at={last_message?.created_at ?? conversation.created_at} />
            </span>
          </span>
          <span className="block truncate text-sm">{title ?? t('noSubject')}</span>
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate text-sm text-muted">
              {preview(last_message?.content ?? '')}
            </span>
            {state === 'closed' && <Badge>{t('closed')}</Badge>}
            {isWaiting(conversation) && <Badge tone="warning">{t('isWaiting')}</Badge>}
            <CountBadge count={unread_count} label={t('unread', { count: unread_count })} />
          </span>
        </span>
      </Link>
    </li>
  )
}
