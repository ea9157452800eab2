import { useTranslations } from 'use-intl'
import { useAction, useOperation } from '../../app/operations.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/page.tsx'
import { nameOf } from '../../people.ts'

/** Whom one has blocked; nothing where there is nobody. */
export function Blocked() {
  const t = useTranslations('blocked')
  const { data } = useOperation('matching.list_blocks', {})
  const unblock = useAction('matching.unblock', { changes: ['matching.list_blocks'] })
  if (!data || data.items.length === 0) return null
  return (
    <Card title={t('title')}>
      <ul className="divide-y divide-line">
        {data.items.map(({ user }) => (
          <li key={user.id} className="flex items-center gap-3 py-2.5">
            <Avatar of={user} size="small" />
            <span className="min-w-0 flex-1 truncate font-medium">{nameOf(user)}</span>
            <Button size="small" variant="secondary" onClick={() => unblock.mutate({ user_id: user.id })}>
              {t('unblock')}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
