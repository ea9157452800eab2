import type { Card } from '@parley/client'
import { Users } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { PeoplePicker } from '../../components/people-picker.tsx'
import { TitleField } from '../../components/title-field.tsx'

/** Makes a group of people and a title, and goes there. */
export function NewGroup() {
  const t = useTranslations('newGroup')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <IconButton icon={Users} label={t('title')} onClick={() => setOpen(true)} />
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={t('title')}>
        <Form onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function Form({ onDone }: { onDone: () => void }) {
  const t = useTranslations('newGroup')
  const [, navigate] = useLocation()
  const [picked, setPicked] = useState<readonly Card[]>([])
  // Pressed twice, or again after a failure, it is one group.
  const [client_id] = useState(() => crypto.randomUUID())
  const open = useAction('messaging.open_conversation')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title') ?? '').trim()
    open.mutate(
      { kind: 'group', title, user_ids: picked.map(({ id }) => id), client_id },
      {
        onSuccess: ({ id }) => {
          onDone()
          navigate(`/messages/${id}`)
        },
      },
    )
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <TitleField label={t('name')} />
      <PeoplePicker picked={picked} onChange={setPicked} />
      <Button type="submit" disabled={picked.length === 0 || open.isPending}>
        {t('create', { count: picked.length })}
      </Button>
    </form>
  )
}
