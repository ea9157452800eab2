import { preview } from '@parley/markdown'
import { X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { IconButton } from '../../components/icon-button.tsx'
import { nameOf } from '../../people.ts'
import type { Intent } from './intent.ts'

/** What is edited or answered, above the field that one writes in. */
export function IntentLine({ intent, onDone }: { intent: Intent; onDone: () => void }) {
  const t = useTranslations('conversation')
  if (intent.kind === 'new') return null
  const { sender, content } = intent.message
  return (
    <div className="mb-2 flex items-center gap-2 rounded-xl border-l-3 border-accent bg-sunken px-3 py-1.5 text-sm">
      <span className="min-w-0 flex-1">
        <span className="block font-medium text-accent-text">
          {intent.kind === 'edit' ? t('editing') : t('replyingTo', { name: nameOf(sender) })}
        </span>
        <span className="block truncate text-muted">{preview(content)}</span>
      </span>
      <IconButton size="small" icon={X} label={t('cancel')} onClick={onDone} />
    </div>
  )
}
