import { type Conversation, type Input, limits } from '@parley/client'
import { ExternalLink } from 'lucide-react'
import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { Card } from '../../components/page.tsx'
import { TitleField } from '../../components/title-field.tsx'
import { toast } from '../../components/toast.tsx'

export interface GroupFormProps {
  conversation: Conversation
  isManager: boolean
}

/** A group's title and picture: for its owner and admins to change, for all others to see. */
export function GroupForm({ conversation, isManager }: GroupFormProps) {
  const t = useTranslations('settings')
  const { kind, title, picture, state } = conversation
  if (kind !== 'group' && kind !== 'broadcast') return null
  return (
    <Card title={t('group')}>
      {isManager && state === 'open' ? (
        <Fields key={`${title}\n${picture}`} conversation={conversation} />
      ) : (
        <p className="font-medium wrap-anywhere">{title}</p>
      )}
      {picture && (
        <a
          href={picture}
          target="_blank"
          rel="noreferrer"
          className="mt-3 inline-flex items-center gap-1.5 text-sm text-accent-text underline underline-offset-2"
        >
          <ExternalLink aria-hidden size={15} />
          {t('showPicture')}
        </a>
      )}
    </Card>
  )
}

function Fields({ conversation: { id, title, picture } }: { conversation: Conversation }) {
  const t = useTranslations('settings')
  const common = useTranslations('common')
  const update = useAction('messaging.update_conversation')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const change: Input<'messaging.update_conversation'> = {
      conversation_id: id,
      title: text('title'),
      picture: text('picture'),
    }
    update.mutate(change, { onSuccess: () => toast.success(common('saved')) })
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <TitleField label={t('name')} defaultValue={title ?? ''} />
      <TextField
        name="picture"
        type="url"
        label={t('picture')}
        hint={t('pictureHint')}
        autoComplete="off"
        maxLength={limits.url_chars}
        defaultValue={picture ?? ''}
      />
      <div className="flex justify-end">
        <Button type="submit" variant="secondary" disabled={update.isPending}>
          {common('save')}
        </Button>
      </div>
    </form>
  )
}
