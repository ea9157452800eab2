import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { useAction, useOperation } from '../../app/operations.ts'
import { Card } from '../../components/page.tsx'
import { SwitchField } from '../../components/switch-field.tsx'

const switches = ['receipts', 'typing', 'presence'] as const

/** What a person shares; each works both ways. */
export function Privacy() {
  const t = useTranslations('privacy')
  const queries = useQueryClient()
  const { data } = useOperation('messaging.get_privacy', {})
  const set = useAction('messaging.set_privacy')
  const shown = data && { ...data, ...(set.isPending && set.variables) }
  return (
    <Card title={t('title')} text={t('text')}>
      <div className="divide-y divide-line">
        {switches.map((name) => (
          <SwitchField
            key={name}
            label={t(`${name}.label`)}
            hint={t(`${name}.hint`)}
            checked={shown?.[name] ?? true}
            disabled={!data || set.isPending}
            onChange={(checked) =>
              set.mutate(
                { [name]: checked },
                { onSuccess: (privacy) => queries.setQueryData(['messaging.get_privacy', {}], privacy) },
              )
            }
          />
        ))}
      </div>
    </Card>
  )
}
