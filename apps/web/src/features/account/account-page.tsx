import { useSession } from '@parley/react'
import { LogOut } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { chooseTheme, themeChoices, useTheme } from '../../app/theme.ts'
import { useTold } from '../../app/use-told.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Card, Page } from '../../components/page.tsx'
import { Segments } from '../../components/segments.tsx'
import { nameOf } from '../../people.ts'
import { Blocked } from './blocked.tsx'
import { Devices } from './devices.tsx'
import { Help } from './help.tsx'
import { NotificationTypes } from './notification-types.tsx'
import { Password } from './password.tsx'
import { Privacy } from './privacy.tsx'
import { ProfileForm } from './profile-form.tsx'

/** Oneself: who one is to others, and everything that is set for this person and this device. */
export function AccountPage() {
  const t = useTranslations('account')
  const me = useMe()
  return (
    <Page title={t('title')} actions={<SignOut />}>
      <div className="mb-6 flex items-center gap-4">
        <Avatar of={me} size="large" />
        <div className="min-w-0">
          <p className="truncate text-xl font-semibold">{nameOf(me)}</p>
          <p className="flex items-center gap-2 truncate text-muted">
            @{me.username}
            {me.role !== 'user' && <Badge tone="soft">{t(`roles.${me.role}`)}</Badge>}
          </p>
        </div>
      </div>
      <ProfileForm />
      <Privacy />
      <NotificationTypes />
      <Appearance />
      <Devices />
      <Password />
      <Blocked />
      <Help />
    </Page>
  )
}

function SignOut() {
  const t = useTranslations('account')
  const { logOut } = useSession()
  const told = useTold()
  return (
    <Button variant="secondary" size="small" onClick={() => told(logOut())}>
      <LogOut aria-hidden size={16} />
      {t('signOut')}
    </Button>
  )
}

function Appearance() {
  const t = useTranslations('account')
  const { choice } = useTheme()
  return (
    <Card title={t('appearance')}>
      <Segments
        label={t('appearance')}
        options={themeChoices.map((value) => ({ value, label: t(`themes.${value}`) }))}
        value={choice}
        onChange={chooseTheme}
      />
    </Card>
  )
}
