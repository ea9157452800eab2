import { limits } from '@parley/client'
import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOperation } from '../../app/operations.ts'
import { useMe } from '../../app/me.ts'
import { Button } from '../../components/button.tsx'
import { TextArea, TextField } from '../../components/field.tsx'
import { Card } from '../../components/page.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { SwitchField } from '../../components/switch-field.tsx'
import { toast } from '../../components/toast.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { AboutFields, PreferenceFields } from './profile-fields.tsx'
import { type Profile, profileOf } from './profile.ts'
import { useSaveProfile } from './use-save-profile.ts'

/** What others see, and whom one looks for. */
export function ProfileForm() {
  const { data, error } = useOperation('matching.get_profile', {})
  const errorText = useErrorText()
  if (error) return <Card>{errorText(error)}</Card>
  return data ? <Form profile={data} /> : <Spinner />
}

function Form({ profile }: { profile: Profile }) {
  const t = useTranslations('account')
  const common = useTranslations('common')
  const me = useMe()
  const [isVisible, setVisible] = useState(profile.is_visible)
  const { save, isSaving, isWrong } = useSaveProfile(() => toast.success(common('saved')))
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    save({
      names: { first_name: text('first_name'), last_name: text('last_name') },
      profile: profileOf(form, { is_visible: isVisible }),
    })
  }
  return (
    <form noValidate onSubmit={onSubmit}>
      <Card title={t('profile')} text={t('profileText')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            name="first_name"
            label={t('firstName')}
            defaultValue={me.first_name}
            maxLength={limits.name_chars}
          />
          <TextField
            name="last_name"
            label={t('lastName')}
            defaultValue={me.last_name}
            maxLength={limits.name_chars}
          />
          <div className="sm:col-span-2">
            <TextArea
              name="bio"
              label={t('bio')}
              defaultValue={profile.bio ?? ''}
              maxLength={limits.bio_chars}
            />
          </div>
          <AboutFields profile={profile} isWrong={isWrong} />
        </div>
      </Card>
      <Card title={t('preferences')} text={t('preferencesText')}>
        <PreferenceFields profile={profile} isWrong={isWrong} />
        <SwitchField label={t('visible')} hint={t('visibleHint')} checked={isVisible} onChange={setVisible} />
      </Card>
      <div className="mb-6 flex justify-end">
        <Button type="submit" disabled={isSaving}>
          {common('save')}
        </Button>
      </div>
    </form>
  )
}
