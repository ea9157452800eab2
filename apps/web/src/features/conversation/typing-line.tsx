import type { LiveConversation } from '@parley/client/state'
import { useTranslations } from 'use-intl'
import { useSource } from '../../app/use-source.ts'

/** Who is writing. It keeps its place, so that nothing moves when somebody begins. */
export function TypingLine({ conversation }: { conversation: LiveConversation }) {
  const t = useTranslations('conversation')
  const typists = useSource(conversation.typing)
  const names = typists.map(({ user_name }) => user_name).join(', ')
  return (
    <p aria-live="polite" className="h-6 shrink-0 truncate px-5 text-sm text-muted">
      {typists.length > 0 && t('typing', { names, count: typists.length })}
    </p>
  )
}
