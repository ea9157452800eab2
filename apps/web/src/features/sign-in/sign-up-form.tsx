import { RpcError } from '@parley/client'
import { useTranslations } from 'use-intl'
import { TextField } from '../../components/field.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { DoorFrame } from './door-frame.tsx'
import { useDoor } from './use-door.ts'

export function SignUpForm() {
  const t = useTranslations('signUp')
  const errorText = useErrorText()
  const { isBusy, error, isWrong, onSubmit } = useDoor(({ register }, field) =>
    register({
      username: field('username').trim().toLowerCase(),
      password: field('password'),
      first_name: field('first_name').trim(),
    }),
  )
  const isTaken = error instanceof RpcError && error.code === 'username_taken'
  const isOfAField = isTaken || ['username', 'password', 'first_name'].some(isWrong)
  const badUsername = isWrong('username') ? t('badUsername') : undefined
  return (
    <DoorFrame
      title={t('title')}
      lead={t('lead')}
      submit={t('submit')}
      isBusy={isBusy}
      onSubmit={onSubmit}
      fault={error === undefined || isOfAField ? undefined : errorText(error)}
      other={{ text: t('other'), label: t('toSignIn'), href: '/sign-in' }}
    >
      <TextField
        name="first_name"
        label={t('firstName')}
        autoComplete="given-name"
        error={isWrong('first_name') ? t('badFirstName') : undefined}
      />
      <TextField
        name="username"
        label={t('username')}
        hint={t('usernameHint')}
        autoComplete="username"
        autoCapitalize="none"
        required
        error={isTaken ? errorText(error) : badUsername}
      />
      <TextField
        name="password"
        label={t('password')}
        hint={t('passwordHint')}
        type="password"
        autoComplete="new-password"
        required
        error={isWrong('password') ? t('badPassword') : undefined}
      />
    </DoorFrame>
  )
}
