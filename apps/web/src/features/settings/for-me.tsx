import type { Conversation, Input } from '@parley/client'
import { BellOff } from 'lucide-react'
import { useState } from 'react'
import { useFormatter, useNow, useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Menu } from '../../components/menu.tsx'
import { Card } from '../../components/page.tsx'
import { SwitchField } from '../../components/switch-field.tsx'

const HOUR_MS = 3_600_000
/** For how long one may mute; without an end it lasts until one takes it back. */
const spans = { hour: HOUR_MS, night: 8 * HOUR_MS, week: 7 * 24 * HOUR_MS, always: Infinity } as const
const spanNames = ['hour', 'night', 'week', 'always'] as const

/** Further away than any span that ends. */
const ALWAYS = '9999-12-31T23:59:59.000Z'
/** Long past: it ends what is muted. */
const NEVER = '1970-01-01T00:00:00.000Z'

const endOf = (span: number): string =>
  span === Infinity ? ALWAYS : new Date(Date.now() + span).toISOString()

type Change = Omit<Input<'messaging.update_conversation'>, 'conversation_id'>

/** What a conversation is to oneself alone. */
export function ForMe({ conversation }: { conversation: Conversation }) {
  const t = useTranslations('settings')
  const update = useAction('messaging.update_conversation')
  const [asked, setAsked] = useState<{ of: Conversation; to: Change }>()
  const change = (to: Change) => {
    setAsked({ of: conversation, to })
    update.mutate({ conversation_id: conversation.id, ...to }, { onError: () => setAsked(undefined) })
  }
  // The answer may come before the frame that changes the conversation here.
  const isAwaited = update.isPending || asked?.of === conversation
  const shown = { ...conversation, ...(isAwaited && asked?.to) }
  return (
    <Card title={t('forMe')} text={t('forMeText')}>
      <div className="divide-y divide-line">
        <Mute mutedUntil={conversation.muted_until} onChange={(muted_until) => change({ muted_until })} />
        <SwitchField
          label={t('pin')}
          hint={t('pinHint')}
          checked={shown.is_pinned ?? false}
          disabled={update.isPending}
          onChange={(is_pinned) => change({ is_pinned })}
        />
        <SwitchField
          label={t('archive')}
          hint={t('archiveHint')}
          checked={shown.is_archived ?? false}
          disabled={update.isPending}
          onChange={(is_archived) => change({ is_archived })}
        />
      </div>
    </Card>
  )
}

interface MuteProps {
  mutedUntil: string | null
  onChange: (until: string) => void
}

function Mute({ mutedUntil, onChange }: MuteProps) {
  const t = useTranslations('settings')
  const format = useFormatter()
  const now = useNow({ updateInterval: 60_000 })
  const until = mutedUntil !== null && new Date(mutedUntil) > now ? mutedUntil : undefined
  const end =
    until === ALWAYS
      ? t('mutedAlways')
      : until &&
        t('mutedUntil', {
          time: format.dateTime(new Date(until), { dateStyle: 'medium', timeStyle: 'short' }),
        })
  return (
    <div className="flex items-center gap-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{t('mute')}</p>
        <p className="mt-0.5 text-sm text-muted">{end ?? t('muteHint')}</p>
      </div>
      {until ? (
        <Button size="small" variant="secondary" onClick={() => onChange(NEVER)}>
          {t('unmute')}
        </Button>
      ) : (
        <Menu
          trigger={
            <Button size="small" variant="secondary">
              <BellOff aria-hidden size={16} />
              {t('muteFor')}
            </Button>
          }
          items={spanNames.map((name) => ({
            label: t(`spans.${name}`),
            onSelect: () => onChange(endOf(spans[name])),
          }))}
        />
      )}
    </div>
  )
}
