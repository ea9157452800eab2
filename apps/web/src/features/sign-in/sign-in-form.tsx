import { useTranslations } from 'use-intl'
import { TextField } from '../../components/field.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { DoorFrame } from './door-frame.tsx'
import { useDoor } from './use-door.ts'

export function SignInForm() {
  const t = useTranslations('signIn')
  const errorText = useErrorText()
  const { isBusy, error, onSubmit } = useDoor(({ logIn }, field) =>
    logIn({ identifier: field('identifier').trim(), password: field('password') }),
  )
  return (
    <DoorFrame
      title={t('title')}
      lead={t('lead')}
      submit={t('submit')}
      isBusy={isBusy}
      onSubmit={onSubmit}
      fault={error === undefined ? undefined : errorText(error)}
      other={{ text: t('other'), label: t('toSignUp'), href: '/sign-up' }}
    >
      <TextField
        name="identifier"
        label={t('identifier')}
        autoComplete="username"
        autoCapitalize="none"
        required
      />
      <TextField
        name="password"
        label={t('password')}
        type="password"
        autoComplete="current-password"
        required
      />
    </DoorFrame>
  )
}
