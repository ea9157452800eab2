import type { Conversation } from '@parley/client'
import { useConversations, usePresence } from '@parley/react'
import { Archive, BellOff, MessagesSquare, Pin } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useNow, useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { useFoundConversations } from '../../app/use-found-conversations.ts'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { ConversationRow } from '../../components/conversation-row.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { NoItems } from '../../components/no-items.tsx'
import { Segments } from '../../components/segments.tsx'
import { otherOf, titleOf } from '../../conversations.ts'
import { type Shelf, shelved, shelves } from './shelves.ts'

export function Inbox() {
  const t = useTranslations('inbox')
  const [shelf, setShelf] = useState<Shelf>('current')
  return (
    <>
      <div className="mb-3">
        <Segments
          label={t('filter')}
          options={shelves.map((value) => ({ value, label: t(value) }))}
          value={shelf}
          onChange={setShelf}
        />
      </div>
      {shelf === 'archived' ? <Archived /> : <Current />}
    </>
  )
}

function Current() {
  const t = useTranslations('inbox')
  const { conversations, isLoaded, isLoading, hasMore, error, loadMore } = useConversations()
  const told = useTold()
  const shown = shelved(conversations, 'current')
  const load = () => told(loadMore())
  // The newest may all be archived.
  const isFurtherDown = shown.length === 0 && isLoaded && hasMore && !isLoading && !error
  useEffect(() => {
    if (isFurtherDown) told(loadMore())
  }, [isFurtherDown, told, loadMore])
  return (
    <>
      <Rows conversations={shown} />
      {shown.length === 0 && (
        <NoItems isLoaded={isLoaded && !hasMore} error={error} onRetry={load}>
          <EmptyState icon={MessagesSquare} title={t('none')} text={t('noneText')} />
        </NoItems>
      )}
      <MoreButton hasMore={isLoaded && hasMore && shown.length > 0} isLoading={isLoading} onClick={load} />
    </>
  )
}

function Archived() {
  const t = useTranslations('inbox')
  const { conversations, isLoaded, error, retry } = useFoundConversations({ archived: true })
  return (
    <>
      <Rows conversations={shelved(conversations, 'archived')} />
      {(conversations.length === 0 || !isLoaded) && (
        <NoItems isLoaded={isLoaded} error={error} onRetry={retry}>
          <EmptyState icon={Archive} title={t('noneArchived')} text={t('noneArchivedText')} />
        </NoItems>
      )}
    </>
  )
}

const Rows = ({ conversations }: { conversations: readonly Conversation[] }) => (
  <ul className="-mx-2 flex flex-col gap-0.5">
    {conversations.map((conversation) => (
      <Row key={conversation.id} conversation={conversation} />
    ))}
  </ul>
)

function Row({ conversation }: { conversation: Conversation }) {
  const me = useMe()
  const other = otherOf(conversation, me) ?? me
  const { status } = usePresence(other.id)
  return (
    <ConversationRow
      conversation={conversation}
      base="/messages"
      avatar={<Avatar of={other} status={status} />}
      name={titleOf(conversation, me)}
      marks={<Marks conversation={conversation} />}
    />
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
