import type { LiveConversation } from '@parley/client/state'
import { usePresence } from '@parley/react'
import { ArrowLeft, Settings } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import { useTitle } from '../../app/use-title.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Time } from '../../components/time.tsx'
import { otherOf, titleOf } from '../../conversations.ts'

export interface ConversationHeaderProps {
  conversation: LiveConversation
  /** The list that it was chosen from. */
  base: string
}

export function ConversationHeader({ conversation, base }: ConversationHeaderProps) {
  const t = useTranslations('conversation')
  const me = useMe()
  const view = useSource(conversation.view)
  const title = view ? titleOf(view, me) : t('title')
  const other = (view && otherOf(view, me)) ?? me
  useTitle(title)
  return (
    <header className="flex h-16 shrink-0 items-center gap-3 border-b border-line bg-surface px-3 sm:px-5">
      <Link
        href={base}
        aria-label={t('back')}
        className="-ml-1 inline-flex size-10 items-center justify-center rounded-full text-muted hover:bg-sunken md:hidden"
      >
        <ArrowLeft aria-hidden size={20} />
      </Link>
      <Avatar of={other} size="small" />
      <div className="min-w-0 flex-1">
        <h1 className="truncate leading-tight font-semibold">{title}</h1>
        <p className="truncate text-xs text-muted">
          {view && view.kind !== 'direct' ? (
            t('members', { count: view.member_count })
          ) : (
            <Whereabouts id={other.id} />
          )}
        </p>
      </div>
      <Link
        href={`${base}/${conversation.id}/settings`}
        aria-label={t('settings')}
        title={t('settings')}
        className="inline-flex size-10 items-center justify-center rounded-full text-muted hover:bg-sunken"
      >
        <Settings aria-hidden size={20} />
      </Link>
    </header>
  )
}

function Whereabouts({ id }: { id: number }) {
  const t = useTranslations('conversation')
  const { status, last_seen } = usePresence(id)
  if (status === 'online' || status === 'away') return t(status)
  return last_seen ? (
    <>
      {t('lastSeen')} <Time at={last_seen} />
    </>
  ) : null
}
