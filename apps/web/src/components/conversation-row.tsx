import type { Conversation } from '@parley/client'
import { preview } from '@parley/markdown'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Link, useParams } from 'wouter'
import { CountBadge } from './badge.tsx'
import { Time } from './time.tsx'

export interface ConversationRowProps {
  conversation: Conversation
  /** The address of the list that it stands in. */
  base: string
  avatar: ReactNode
  name: string
  /** At the right of the name. */
  marks?: ReactNode
  /** A line below the name. */
  subject?: string
  /** At the right of what was said last. */
  badges?: ReactNode
}

/** A conversation in a list: who, when, what was said last, and how much is unread. */
export function ConversationRow({
  conversation,
  base,
  avatar,
  name,
  marks,
  subject,
  badges,
}: ConversationRowProps) {
  const t = useTranslations('conversationRow')
  const { id: open } = useParams<{ id?: string }>()
  const { id, last_message, created_at, unread_count } = conversation
  return (
    <li>
      <Link
        href={`${base}/${id}`}
        aria-current={open === String(id) ? 'page' : undefined}
        className="flex items-center gap-3 rounded-2xl px-3 py-2.5 hover:bg-sunken aria-[current=page]:bg-accent-soft"
      >
        {avatar}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-semibold">{name}</span>
            {marks}
            <span className="text-xs text-muted">
              <Time at={last_message?.created_at ?? created_at} />
            </span>
          </span>
          {subject !== undefined && <span className="block truncate text-sm">{subject}</span>}
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate text-sm text-muted">
              {last_message?.is_deleted ? t('deleted') : preview(last_message?.content ?? '')}
            </span>
            {badges}
            <CountBadge count={unread_count} label={t('unread', { count: unread_count })} />
          </span>
        </span>
      </Link>
    </li>
  )
}
