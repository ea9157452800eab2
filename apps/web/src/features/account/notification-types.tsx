import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { useAction, useOperation } from '../../app/operations.ts'
import { Card } from '../../components/page.tsx'
import { SwitchField } from '../../components/switch-field.tsx'

const types = ['match', 'mention', 'announcement'] as const

/** Of what one is told. What the app does not name stays as it is. */
export function NotificationTypes() {
  const t = useTranslations('notificationTypes')
  const queries = useQueryClient()
  const { data } = useOperation('messaging.get_notification_preferences', {})
  const put = useAction('messaging.put_notification_preferences')
  const shown = { ...data?.types, ...(put.isPending && put.variables.types) }
  const choose = (type: (typeof types)[number], isWanted: boolean) => {
    if (!data) return
    put.mutate(
      { types: { ...data.types, [type]: isWanted }, quiet_hours: data.quiet_hours ?? undefined },
      {
        onSuccess: (preferences) =>
          queries.setQueryData(['messaging.get_notification_preferences', {}], preferences),
      },
    )
  }
  return (
    <Card title={t('title')}>
      <div className="divide-y divide-line">
        {types.map((type) => (
          <SwitchField
            key={type}
            label={t(type)}
            checked={shown[type] ?? true}
            disabled={!data || put.isPending}
            onChange={(isWanted) => choose(type, isWanted)}
          />
        ))}
      </div>
    </Card>
  )
}
