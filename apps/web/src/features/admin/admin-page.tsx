import { type Input, limits } from '@parley/client'
import { type FormEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { SelectField, TextArea, TextField } from '../../components/field.tsx'
import { Card, Page } from '../../components/page.tsx'
import { toast } from '../../components/toast.tsx'

type Audience = 'everyone' | 'agent' | 'user' | 'admin'
const audiences: readonly Audience[] = ['everyone', 'user', 'agent', 'admin']

/** A note to everybody, or to everybody of a role. */
export function AdminPage() {
  const t = useTranslations('admin')
  const form = useRef<HTMLFormElement>(null)
  // Pressed twice, it is sent once; another text is another announcement.
  const client_id = useRef(crypto.randomUUID())
  const send = useAction('messaging.send_notification')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send.mutate(
      { ...announcementOf(new FormData(event.currentTarget)), client_id: client_id.current },
      {
        onSuccess: () => {
          toast.success(t('sent'))
          client_id.current = crypto.randomUUID()
          form.current?.reset()
        },
      },
    )
  }
  return (
    <Page title={t('title')}>
      <Card text={t('lead')}>
        <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4">
          <SelectField
            name="audience"
            label={t('audience')}
            options={audiences.map((value) => ({ value, label: t(`audiences.${value}`) }))}
          />
          <TextField name="title" label={t('heading')} required maxLength={limits.notification.title_chars} />
          <TextArea name="message" label={t('text')} required maxLength={limits.notification.message_chars} />
          <div className="flex justify-end">
            <Button type="submit" disabled={send.isPending}>
              {t('send')}
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  )
}

function announcementOf(form: FormData): Input<'messaging.send_notification'> {
  const audience = audiences.find((one) => one === form.get('audience')) ?? 'everyone'
  return {
    title: String(form.get('title') ?? '').trim(),
    message: String(form.get('message') ?? '').trim(),
    notification_type: 'announcement',
    ...(audience === 'everyone' ? { everyone: true } : { role: audience }),
  }
}
