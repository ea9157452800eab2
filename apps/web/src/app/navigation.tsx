import { useNotifications, useUnread } from '@parley/react'
import { clsx } from 'clsx'
import { Bell, Compass, Headset, Heart, type LucideIcon, Megaphone, MessageCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Link, useLocation } from 'wouter'
import icon from '../assets/icon.svg'
import { Avatar } from '../components/avatar.tsx'
import { CountBadge } from '../components/badge.tsx'
import { useMe } from './me.ts'

interface Place {
  href: string
  name: 'discover' | 'matches' | 'messages' | 'notifications' | 'support' | 'admin'
  icon: LucideIcon
}

const places: readonly Place[] = [
  { href: '/discover', name: 'discover', icon: Compass },
  { href: '/matches', name: 'matches', icon: Heart },
  { href: '/messages', name: 'messages', icon: MessageCircle },
  { href: '/notifications', name: 'notifications', icon: Bell },
]
const staffPlaces: readonly Place[] = [{ href: '/support', name: 'support', icon: Headset }]
const adminPlaces: readonly Place[] = [{ href: '/admin', name: 'admin', icon: Megaphone }]

/** A bar below on phones, a rail at the left elsewhere. */
export function Navigation() {
  const t = useTranslations('nav')
  const me = useMe()
  const unread = useUnread()
  const { unread: notifications } = useNotifications()
  const counts: Partial<Record<Place['name'], number>> = { messages: unread, notifications }
  const shown = [
    ...places,
    ...(me.role === 'user' ? [] : staffPlaces),
    ...(me.role === 'admin' ? adminPlaces : []),
  ]
  return (
    <nav
      aria-label={t('label')}
      className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:w-22 md:flex-col md:border-t-0 md:border-r md:py-3"
    >
      <img src={icon} alt="" className="mx-auto mb-4 hidden size-10 md:block" />
      {shown.map((place) => (
        <Item key={place.href} href={place.href} name={t(place.name)} count={counts[place.name] ?? 0}>
          <place.icon aria-hidden size={23} strokeWidth={1.9} />
        </Item>
      ))}
      <div className="hidden flex-1 md:block" />
      <Item href="/account" name={t('account')}>
        <Avatar of={me} size="tiny" />
      </Item>
    </nav>
  )
}

interface ItemProps {
  href: string
  name: string
  count?: number
  children: ReactNode
}

function Item({ href, name, count = 0, children }: ItemProps) {
  const t = useTranslations('nav')
  const [location] = useLocation()
  const isHere = location === href || location.startsWith(`${href}/`)
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={clsx(
        'relative flex min-w-0 flex-1 flex-col items-center gap-0.5 py-2 text-[11px] font-medium transition-colors md:mx-2 md:flex-none md:rounded-2xl md:py-2.5',
        isHere ? 'text-accent-text md:bg-accent-soft' : 'text-muted hover:text-text md:hover:bg-sunken',
      )}
    >
      <span className="relative flex h-7 items-center">
        {children}
        <span className="absolute -top-1.5 left-3.5">
          <CountBadge count={count} label={t('unread', { count })} />
        </span>
      </span>
      <span className="max-w-full truncate">{name}</span>
    </Link>
  )
}
