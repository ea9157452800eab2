import type { LiveConversation } from '@parley/client/state'
import { MessagesSquare, X } from 'lucide-react'
import { type KeyboardEvent, useCallback, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { EmptyState } from '../../components/empty-state.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { Composer } from './composer.tsx'
import { type Intent, NEW } from './intent.ts'
import { ThreadList } from './thread-list.tsx'
import { useThread } from './use-thread.ts'

export interface ThreadPanelProps {
  /** The message that is answered. */
  id: number
  conversation: LiveConversation
  onClose: () => void
}

/** A message with the answers to it, and where one answers. */
export function ThreadPanel({ id, conversation, onClose }: ThreadPanelProps) {
  const t = useTranslations('conversation.thread')
  const errorText = useErrorText()
  const { root, replies, error } = useThread(conversation, id)
  const [intent, setIntent] = useState<Intent>(NEW)
  const done = useCallback(() => setIntent(NEW), [])
  const actions = useMemo(() => ({ onIntent: setIntent }), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    onClose()
  }
  return (
    // Escape closes it wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- each thing in it has its own role
    <aside
      aria-label={t('title')}
      onKeyDown={onKeyDown}
      className="flex min-w-0 animate-fade flex-col bg-canvas max-xl:absolute max-xl:inset-0 max-xl:z-20 xl:w-92 xl:border-l xl:border-line"
    >
      <header className="flex h-16 shrink-0 items-center gap-2 border-b border-line bg-surface px-4">
        <MessagesSquare aria-hidden size={19} className="shrink-0 text-muted" />
        <h2 className="min-w-0 flex-1 truncate font-semibold">{t('title')}</h2>
        <IconButton icon={X} label={t('close')} onClick={onClose} />
      </header>
      {root ? (
        <ThreadList root={root} replies={replies} conversation={conversation} actions={actions} />
      ) : (
        <div className="flex flex-1 flex-col">
          {error ? <EmptyState icon={MessagesSquare} title={errorText(error)} /> : <Spinner />}
        </div>
      )}
      {root && (
        <Composer
          conversation={conversation}
          thread={id}
          intent={intent}
          onIntent={setIntent}
          onDone={done}
        />
      )}
    </aside>
  )
}
