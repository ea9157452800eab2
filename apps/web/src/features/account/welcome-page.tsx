import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { Link, useLocation } from 'wouter'
import { useOperation } from '../../app/operations.ts'
import { useMe } from '../../app/me.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { Card, Page } from '../../components/page.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { nameOf } from '../../people.ts'
import { AboutFields, PreferenceFields } from './profile-fields.tsx'
import { profileOf } from './profile.ts'
import { useSaveProfile } from './use-save-profile.ts'

/** The first page after signing up: until it is sent, nobody finds the person. */
export function WelcomePage() {
  const t = useTranslations('welcome')
  const me = useMe()
  const [, navigate] = useLocation()
  const { data, error, refetch } = useOperation('matching.get_profile', {})
  const { save, isSaving, isWrong } = useSaveProfile(() => navigate('/discover'))
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Spinner />
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save({ profile: profileOf(new FormData(event.currentTarget), { is_visible: true }) })
  }
  return (
    <Page title={t('title', { name: nameOf(me) })}>
      <p className="mb-4 text-muted">{t('lead')}</p>
      <form noValidate onSubmit={onSubmit}>
        <Card title={t('about')}>
          <div className="grid gap-4 sm:grid-cols-2">
            <AboutFields profile={data} isWrong={isWrong} />
          </div>
        </Card>
        <Card title={t('looking')}>
          <PreferenceFields profile={data} isWrong={isWrong} />
        </Card>
        <div className="flex justify-end gap-2">
          <Button variant="quiet" asChild>
            <Link href="/discover">{t('later')}</Link>
          </Button>
          <Button type="submit" disabled={isSaving}>
            {t('start')}
          </Button>
        </div>
      </form>
    </Page>
  )
}
