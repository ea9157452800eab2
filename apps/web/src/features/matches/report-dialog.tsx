import { type Card, type Input, limits } from '@parley/client'
import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { SelectField, TextArea } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import { nameOf } from '../../people.ts'

type Reason = Input<'matching.report'>['reason']

const REASONS: readonly Reason[] = [
  'spam',
  'scam',
  'harassment',
  'hate',
  'violence',
  'sexual_content',
  'fake_profile',
  'underage',
  'other',
]

export interface ReportDialogProps {
  open: boolean
  onClose: () => void
  user: Card
}

export function ReportDialog({ open, onClose, user }: ReportDialogProps) {
  const t = useTranslations('matches')
  const report = useAction('matching.report')
  const name = nameOf(user)
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = REASONS.find((one) => one === form.get('reason')) ?? 'other'
    const detail = String(form.get('detail') ?? '').trim() || undefined
    report.mutate(
      { user_id: user.id, reason, detail },
      {
        onSuccess: () => {
          toast.success(t('reported'))
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('reportTitle', { name })}
      description={t('reportText', { name })}
    >
      <form onSubmit={onSubmit} className="mt-2 flex flex-col gap-4">
        <SelectField
          name="reason"
          label={t('reason')}
          options={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
        />
        <TextArea name="detail" label={t('detail')} maxLength={limits.report_detail_chars} />
        <Button type="submit" disabled={report.isPending}>
          {t('report')}
        </Button>
      </form>
    </Dialog>
  )
}
