import { limits } from '@parley/client'
import { type FormEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { Card } from '../../components/page.tsx'
import { toast } from '../../components/toast.tsx'

export function Password() {
  const t = useTranslations('password')
  const form = useRef<HTMLFormElement>(null)
  const change = useAction('auth.change_password', { changes: ['auth.list_sessions'] })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    change.mutate(
      { current_password: text('current'), new_password: text('new') },
      {
        onSuccess: () => {
          toast.success(t('changed'))
          form.current?.reset()
        },
      },
    )
  }
  return (
    <Card title={t('title')} text={t('text')}>
      <form ref={form} onSubmit={onSubmit} className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="current"
          type="password"
          label={t('current')}
          autoComplete="current-password"
          required
        />
        <TextField
          name="new"
          type="password"
          label={t('new')}
          autoComplete="new-password"
          required
          minLength={limits.password_chars.min}
          maxLength={limits.password_chars.max}
        />
        <div className="flex justify-end sm:col-span-2">
          <Button type="submit" variant="secondary" disabled={change.isPending}>
            {t('change')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
