import { Headset } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/page.tsx'

/** The way to the conversation with support, of which everybody has one. */
export function Help() {
  const t = useTranslations('help')
  const [, navigate] = useLocation()
  const open = useAction('messaging.open_conversation')
  return (
    <Card title={t('title')} text={t('text')}>
      <Button
        variant="secondary"
        disabled={open.isPending}
        onClick={() =>
          open.mutate({ kind: 'support' }, { onSuccess: ({ id }) => navigate(`/messages/${id}`) })
        }
      >
        <Headset aria-hidden size={18} />
        {t('contact')}
      </Button>
    </Card>
  )
}
