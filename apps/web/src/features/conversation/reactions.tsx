import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { clsx } from 'clsx'
import { useTranslations } from 'use-intl'
import { useTold } from '../../app/use-told.ts'

export interface ReactionsProps {
  message: ShownMessage
  meId: number
  conversation: LiveConversation
}

/** Reactions with how many gave each; pressing one gives it, or takes it back. */
export function Reactions({ message, meId, conversation }: ReactionsProps) {
  const t = useTranslations('conversation')
  const told = useTold()
  const given = Object.entries(message.reactions).filter(([, people]) => people.length > 0)
  if (given.length === 0) return null
  return (
    <ul className="z-10 -mt-1.5 flex flex-wrap gap-1 px-1">
      {given.map(([emoji, people]) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={people.includes(meId)}
            aria-label={t('reaction', { emoji, count: people.length })}
            onClick={() => told(conversation.react(message, emoji))}
            className={clsx(
              'inline-flex h-6 items-center gap-1 rounded-full border px-2 text-xs',
              people.includes(meId)
                ? 'border-accent bg-accent-soft text-accent-text'
                : 'border-line bg-raised',
            )}
          >
            <span aria-hidden>{emoji}</span>
            <span aria-hidden>{people.length}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
