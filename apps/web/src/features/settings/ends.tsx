import type { Conversation } from '@parley/client'
import { DoorOpen, Lock } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { useMe } from '../../app/me.ts'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Confirmation } from '../../components/confirmation.tsx'
import { Card } from '../../components/page.tsx'
import type { Membership } from './use-membership.ts'

export interface EndsProps extends Pick<Membership, 'role'> {
  conversation: Conversation
  base: string
}

/** The ways out of a conversation: to leave it, or to close it for everyone. */
export function Ends({ conversation, role, base }: EndsProps) {
  const t = useTranslations('settings')
  const me = useMe()
  const [, navigate] = useLocation()
  const [step, setStep] = useState<'leave' | 'close'>()
  const leave = useAction('messaging.remove_member')
  const close = useAction('messaging.close_conversation')
  const { id, kind, state } = conversation
  const isStaffThere = kind === 'support' && me.role !== 'user' && state === 'open'
  const mayClose = (role === 'owner' && state === 'open') || isStaffThere
  const mayLeave = (kind === 'group' || kind === 'broadcast') && role !== undefined && role !== 'owner'
  if (!mayClose && !mayLeave) return null
  const done = () => setStep(undefined)
  const steps = {
    leave: () =>
      leave.mutate(
        { conversation_id: id, user_id: me.id },
        { onSettled: done, onSuccess: () => navigate(base) },
      ),
    close: () => close.mutate({ conversation_id: id }, { onSettled: done }),
  }
  return (
    <Card {...(role === 'owner' && { text: t('ownerText') })}>
      <div className="flex flex-wrap gap-2">
        {mayLeave && (
          <Button variant="danger" onClick={() => setStep('leave')}>
            <DoorOpen aria-hidden size={18} />
            {t('leave')}
          </Button>
        )}
        {mayClose && (
          <Button variant="danger" onClick={() => setStep('close')}>
            <Lock aria-hidden size={18} />
            {t('close')}
          </Button>
        )}
      </div>
      {step && (
        <Confirmation
          title={t(`${step}Title`)}
          text={t(`${step}Text`)}
          action={t(step)}
          isBusy={leave.isPending || close.isPending}
          onClose={done}
          onConfirm={steps[step]}
        />
      )}
    </Card>
  )
}
