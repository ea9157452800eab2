import type { Match } from '@parley/client'
import { useParley } from '@parley/react'
import { Ban, Flag, HeartCrack, MoreVertical } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAction, useTask } from '../../app/operations.ts'
import { Confirmation } from '../../components/confirmation.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Menu } from '../../components/menu.tsx'
import { nameOf } from '../../people.ts'
import { ReportDialog } from './report-dialog.tsx'

type Step = 'unmatch' | 'block' | 'report'

/** What can be done about somebody: each asks first. */
export function MatchMenu({ match }: { match: Match }) {
  const t = useTranslations('matches')
  const [step, setStep] = useState<Step>()
  const name = nameOf(match.user)
  const { matching } = useParley()
  const unmatch = useTask((match_id: number) => matching.unmatch(match_id))
  const block = useAction('matching.block', { changes: ['matching.list_blocks'] })
  const close = () => setStep(undefined)
  const steps = {
    unmatch: () => unmatch.mutate(match.id, { onSettled: close }),
    block: () => block.mutate({ user_id: match.user.id }, { onSettled: close }),
  }
  return (
    <>
      <Menu
        trigger={<IconButton size="small" icon={MoreVertical} label={t('more', { name })} />}
        items={[
          { label: t('unmatch'), icon: HeartCrack, onSelect: () => setStep('unmatch') },
          { label: t('report'), icon: Flag, onSelect: () => setStep('report') },
          { label: t('block'), icon: Ban, tone: 'danger', onSelect: () => setStep('block') },
        ]}
      />
      {(step === 'unmatch' || step === 'block') && (
        <Confirmation
          title={t(`${step}Title`, { name })}
          text={t(`${step}Text`, { name })}
          action={t(step)}
          isBusy={unmatch.isPending || block.isPending}
          onClose={close}
          onConfirm={steps[step]}
        />
      )}
      <ReportDialog open={step === 'report'} onClose={close} user={match.user} />
    </>
  )
}
