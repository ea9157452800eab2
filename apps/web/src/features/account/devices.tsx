import type { Result } from '@parley/client'
import { MonitorSmartphone } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useAction, useOperation } from '../../app/operations.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { deviceName } from './device-name.ts'

type Session = Result<'auth.list_sessions'>['items'][number]

/** Where one is signed in; another device can be signed out from here. */
export function Devices() {
  const t = useTranslations('devices')
  const { data } = useOperation('auth.list_sessions', {})
  return (
    <Card title={t('title')} text={t('text')}>
      <ul className="divide-y divide-line">
        {data?.items.map((session) => (
          <Device key={session.id} session={session} />
        ))}
      </ul>
    </Card>
  )
}

function Device({ session: { id, device, last_used_at, is_current } }: { session: Session }) {
  const t = useTranslations('devices')
  const end = useAction('auth.end_session', { changes: ['auth.list_sessions'] })
  const name = deviceName(device) ?? t('unknown')
  return (
    <li className="flex items-center gap-3 py-3">
      <MonitorSmartphone aria-hidden size={22} className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-sm text-muted">
          {t('lastUsed')} <Time at={last_used_at} />
        </p>
      </div>
      {is_current ? (
        <Badge tone="positive">{t('current')}</Badge>
      ) : (
        <Button
          size="small"
          variant="secondary"
          aria-label={t('endOf', { name })}
          disabled={end.isPending}
          onClick={() => end.mutate({ session_id: id })}
        >
          {t('end')}
        </Button>
      )}
    </li>
  )
}
