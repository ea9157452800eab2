import type { Conversation } from '@parley/client'
import { preview } from '@parley/markdown'
import { useConversations, usePresence } from '@parley/react'
import { Archive, BellOff, MessagesSquare, Pin } from 'lucide-react'
import { useState } from 'react'
import { useNow, useTranslations } from 'use-intl'
import { Link, useParams } from 'wouter'
import { useMe } from '../../app/me.ts'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { CountBadge } from '../../components/badge.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Segments } from '../../components/segments.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { Time } from '../../components/time.tsx'
import { otherOf, titleOf } from '../../conversations.ts'
import { type Shelf, shelved, shelves } from './shelves.ts'

export function Inbox() {
  const t = useTranslations('inbox')
  const [shelf, setShelf] = useState<Shelf>('current')
  const { conversations, isLoaded, isLoading, hasMore, loadMore } = useConversations()
  const told = useTold()
  const shown = shelved(conversations, shelf)
  if (!isLoaded && conversations.length === 0) return <Spinner />
  return (
    <>
      {(shelf === 'archived' || shown.length < conversations.length) && (
        <div className="mb-3">
          <Segments
            label={t('filter')}
            options={shelves.map((value) => ({ value, label: t(value) }))}
            value={shelf}
            onChange={setShelf}
          />
        </div>
      )}
      {shown.length === 0 && <Nothing shelf={shelf} />}
      <ul className="-mx-2 flex flex-col gap-0.5">
        {shown.map((conversation) => (
          <Row key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      <MoreButton hasMore={isLoaded && hasMore} isLoading={isLoading} onClick={() => told(loadMore())} />
    </>
  )
}

function Nothing({ shelf }: { shelf: Shelf }) {
  const t = useTranslations('inbox')
  return shelf === 'archived' ? (
    <EmptyState icon={Archive} title={t('noneArchived')} text={t('noneArchivedText')} />
  ) : (
    <EmptyState icon={MessagesSquare} title={t('none')} text={t('noneText')} />
  )
}

function Row({ conversation }: { conversation: Conversation }) {
  const t = useTranslations('inbox')
  const { id } = useParams<{ id?: string }>()
  const me = useMe()
  const other = otherOf(conversation, me) ?? me
  const { status } = usePresence(other.id)
  const { last_message, unread_count } = conversation
  return (
    <li>
      <Link
        href={`/messages/${conversation.id}`}
        aria-current={id === String(conversation.id) ? 'page' : undefined}
        className="flex items-center gap-3 rounded-2xl px-3 py-2.5 hover:bg-sunken aria-[current=page]:bg-accent-soft"
      >
        <Avatar of={other} status={status} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-semibold">{titleOf(conversation, me)}</span>
            <Marks conversation={conversation} />
            <span className="text-xs text-muted">
              <Time at={last_message?.created_at ?? conversation.created_at} />
            </span>
          </span>
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate text-sm text-muted">
              {last_message?.is_deleted ? t('deleted') : preview(last_message?.content ?? '')}
            </span>
            <CountBadge count={unread_count} label={t('unread', { count: unread_count })} />
          </span>
        </span>
      </Link>
    </li>
  )
}

/** What a conversation is to oneself. */
function Marks({ conversation: { is_pinned, muted_until } }: { conversation: Conversation }) {
  const t = useTranslations('inbox')
  const now = useNow({ updateInterval: 60_000 })
  const marks = [
    ...(is_pinned ? [{ icon: Pin, label: t('pinned') }] : []),
    ...(muted_until !== null && new Date(muted_until) > now ? [{ icon: BellOff, label: t('muted') }] : []),
  ]
  return marks.map(({ icon: Icon, label }) => (
    <span key={label} className="self-center text-muted">
      <Icon aria-hidden size={14} />
      <span className="sr-only">{label}</span>
    </span>
  ))
}
