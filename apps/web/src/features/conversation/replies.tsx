import type { ShownMessage } from '@parley/client/state'
import { MessagesSquare } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { PaneActions } from './intent.ts'

/** How many answers a message has; pressing it shows them. */
export function Replies({ message, onThread }: { message: ShownMessage } & Pick<PaneActions, 'onThread'>) {
  const t = useTranslations('conversation')
  const { id, reply_count } = message
  if (!onThread || id === null || reply_count === 0) return null
  return (
    <button
      type="button"
      onClick={() => onThread(id)}
      className="mt-1 inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-semibold text-accent-text hover:bg-accent-soft"
    >
      <MessagesSquare aria-hidden size={14} />
      {t('thread.replies', { count: reply_count })}
    </button>
  )
}
