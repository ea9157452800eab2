import type { Conversation } from '@parley/client'
import { Headset } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFoundConversations } from '../../app/use-found-conversations.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Badge } from '../../components/badge.tsx'
import { ConversationRow } from '../../components/conversation-row.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { NoItems } from '../../components/no-items.tsx'
import { Segments } from '../../components/segments.tsx'
import { nameOf } from '../../people.ts'
import { isWaiting, waitingOf } from './waiting.ts'

type Filter = 'waiting' | 'all'
const filters: readonly Filter[] = ['waiting', 'all']

/** So many more are drawn at once: all are loaded, to know who waits. */
const PAGE = 50

/** Support conversations: those in which somebody waits for an answer, longest first, or all. */
export function Queue() {
  const t = useTranslations('support')
  const { conversations, isLoaded, error, retry } = useFoundConversations({ kind: 'support' })
  const [filter, setFilter] = useState<Filter>('waiting')
  const [most, setMost] = useState(PAGE)
  const waiting = waitingOf(conversations)
  const labels = {
    waiting: isLoaded ? t('waitingCount', { count: waiting.length }) : t('waiting'),
    all: t('all'),
  }
  const shown = filter === 'waiting' ? waiting : conversations
  return (
    <>
      <div className="mb-4">
        <Segments
          label={t('filter')}
          options={filters.map((value) => ({ value, label: labels[value] }))}
          value={filter}
          onChange={setFilter}
        />
      </div>
      {(shown.length === 0 || !isLoaded) && (
        <NoItems isLoaded={isLoaded} error={error} onRetry={retry}>
          <EmptyState icon={Headset} title={t('none')} text={t('noneText')} />
        </NoItems>
      )}
      <ul className="-mx-2 flex flex-col gap-0.5">
        {shown.slice(0, most).map((conversation) => (
          <Row key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      <MoreButton
        hasMore={shown.length > most}
        isLoading={false}
        onClick={() => setMost((before) => before + PAGE)}
      />
    </>
  )
}

function Row({ conversation }: { conversation: Conversation }) {
  const t = useTranslations('support')
  const { participants, title, state } = conversation
  // Whose conversation it is, stands first; staff comes as it writes.
  const [person] = participants
  if (!person) return null
  return (
    <ConversationRow
      conversation={conversation}
      base="/support"
      avatar={<Avatar of={person} />}
      name={nameOf(person)}
      subject={title ?? t('noSubject')}
      badges={
        <>
          {state === 'closed' && <Badge>{t('closed')}</Badge>}
          {isWaiting(conversation) && <Badge tone="warning">{t('isWaiting')}</Badge>}
        </>
      }
    />
  )
}
