import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { useMemo, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useMe } from '../../app/me.ts'
import type { PaneActions } from './intent.ts'
import { threadRowsOf } from './rows.ts'
import { useRow } from './use-row.tsx'
import { useEnd } from './use-scroll.ts'

/** The message itself, and how many answers it has. */
const ABOVE = 2

export interface ThreadListProps {
  root: ShownMessage
  replies: readonly ShownMessage[]
  conversation: LiveConversation
  actions: PaneActions
}

export function ThreadList({ root, replies, conversation, actions }: ThreadListProps) {
  const t = useTranslations('conversation.thread')
  const me = useMe()
  const show = useRow(conversation, actions)
  const list = useRef<VirtualizerHandle>(null)
  const [first, ...rows] = useMemo(() => threadRowsOf(root, replies, me.id), [root, replies, me.id])
  const { onScroll } = useEnd({ list, messages: replies, extra: ABOVE })
  return (
    <div
      role="log"
      aria-live="off"
      aria-label={t('messages')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus
      tabIndex={0}
      className="@container min-h-0 flex-1 overflow-y-auto px-3 pb-3 [overflow-anchor:none] sm:px-4"
    >
      <Virtualizer ref={list} onScroll={onScroll}>
        {first && show(first)}
        <p
          key="count"
          className="my-3 flex items-center gap-3 text-xs font-medium text-muted after:h-px after:flex-1 after:bg-line"
        >
          {t('replies', { count: replies.filter(({ is_deleted }) => !is_deleted).length })}
        </p>
        {rows.map(show)}
      </Virtualizer>
    </div>
  )
}
