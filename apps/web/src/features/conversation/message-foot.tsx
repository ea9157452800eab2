import type { ShownMessage } from '@parley/client/state'
import { useClient } from '@parley/react'
import { Check, CheckCheck, CircleAlert, Clock, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Time } from '../../components/time.tsx'
import type { Receipt } from './receipts.ts'

const icons: Record<NonNullable<Receipt>, LucideIcon> = {
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
}

export interface MessageFootProps {
  message: ShownMessage
  receipt: Receipt
  /** Ends what was said in one go. */
  isShown: boolean
}

/** When it was said, whether it was changed, and what became of it. */
export function MessageFoot({ message, receipt, isShown }: MessageFootProps) {
  const t = useTranslations('conversation')
  const client = useClient()
  const { client_id, created_at, is_edited, is_deleted } = message
  if (!isShown && !receipt && !is_edited) return null
  const Icon = receipt && icons[receipt]
  return (
    <p className="mt-1 flex items-center gap-1.5 px-1 text-xs text-muted">
      <Time at={created_at} />
      {is_edited && !is_deleted && <span>{t('edited')}</span>}
      {Icon && receipt && (
        <span
          className={receipt === 'failed' ? 'flex items-center gap-1 text-danger' : 'flex items-center gap-1'}
        >
          <Icon aria-hidden size={14} className={receipt === 'read' ? 'text-accent-text' : ''} />
          {t(`receipts.${receipt}`)}
        </span>
      )}
      {receipt === 'failed' && client_id !== null && (
        <>
          <button type="button" className="font-medium underline" onClick={() => client.retry(client_id)}>
            {t('retry')}
          </button>
          <button type="button" className="font-medium underline" onClick={() => client.discard(client_id)}>
            {t('discard')}
          </button>
        </>
      )}
    </p>
  )
}
