import type { ShownMessage } from '@parley/client/state'
import { preview } from '@parley/markdown'
import { CornerUpLeft } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { nameOf } from '../../people.ts'
import type { PaneActions } from './intent.ts'

export interface AnsweredProps extends Pick<PaneActions, 'onThread'> {
  message: ShownMessage
  /** What it answers; undefined where that is not loaded. */
  parent: ShownMessage | undefined
}

/** What a message answers, in a line above it that leads to the thread. A thread itself needs none. */
export function Answered({ message, parent, onThread }: AnsweredProps) {
  const t = useTranslations('conversation')
  const { parent_message_id: id } = message
  if (id === null || !onThread) return null
  return (
    <button
      type="button"
      onClick={() => onThread(id)}
      className="mb-1 flex max-w-full items-center gap-1.5 rounded-full px-1 text-xs text-muted hover:text-text"
    >
      <CornerUpLeft aria-hidden size={13} className="shrink-0" />
      <span className="truncate">
        {parent
          ? t('answers', {
              name: nameOf(parent.sender),
              text: parent.is_deleted ? t('deleted') : preview(parent.content),
            })
          : t('answersEarlier')}
      </span>
    </button>
  )
}
