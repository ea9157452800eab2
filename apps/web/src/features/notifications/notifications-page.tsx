import type { Notification } from '@parley/client'
import { useNotifications } from '@parley/react'
import { AtSign, Bell, CheckCheck, Heart, type LucideIcon, Megaphone } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { useTold } from '../../app/use-told.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { NoItems } from '../../components/no-items.tsx'
import { Page } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'

const icons: Record<string, LucideIcon> = { match: Heart, mention: AtSign, announcement: Megaphone }

export function NotificationsPage() {
  const t = useTranslations('notifications')
  const told = useTold()
  const { notifications, unread, isLoaded, isLoading, hasMore, error, loadMore, markRead } =
    useNotifications()
  const load = () => told(loadMore())
  return (
    <Page
      title={t('title')}
      actions={
        unread > 0 && (
          <Button size="small" variant="secondary" onClick={() => told(markRead())}>
            <CheckCheck aria-hidden size={16} />
            {t('markAllRead')}
          </Button>
        )
      }
    >
      {notifications.length === 0 && (
        <NoItems isLoaded={isLoaded} error={error} onRetry={load}>
          <EmptyState icon={Bell} title={t('none')} text={t('noneText')} />
        </NoItems>
      )}
      <ul className="flex flex-col gap-2">
        {notifications.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      <MoreButton hasMore={isLoaded && hasMore} isLoading={isLoading} onClick={load} />
    </Page>
  )
}

/** Where a notification leads: to the conversation that it names, if it names one. */
function addressOf({ data }: Notification): string | undefined {
  const id = data?.['conversation_id']
  return typeof id === 'number' ? `/messages/${id}` : undefined
}

function Item({ item }: { item: Notification }) {
  const t = useTranslations('notifications')
  const Icon = icons[item.notification_type] ?? Bell
  const address = addressOf(item)
  const body = (
    <>
      <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent-text">
        <Icon aria-hidden size={19} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 font-semibold wrap-anywhere">{item.title}</span>
          <span className="text-xs text-muted">
            <Time at={item.timestamp} />
          </span>
        </span>
        <span className="block text-muted wrap-anywhere whitespace-pre-line">{item.message}</span>
      </span>
      {item.read_at === null && (
        <span className="mt-2 size-2.5 shrink-0 rounded-full bg-accent">
          <span className="sr-only">{t('unread')}</span>
        </span>
      )}
    </>
  )
  const look = 'flex items-start gap-3 rounded-2xl border border-line bg-surface p-4'
  return (
    <li>
      {address ? (
        <Link href={address} className={`${look} hover:shadow-card`}>
          {body}
        </Link>
      ) : (
        <div className={look}>{body}</div>
      )}
    </li>
  )
}
