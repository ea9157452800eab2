import type { Conversation } from '@parley/client'
import { Ban, Crown, MoreVertical, Shield, ShieldOff, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { useAction } from '../../app/operations.ts'
import { Badge } from '../../components/badge.tsx'
import { Confirmation } from '../../components/confirmation.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Menu, type MenuItem } from '../../components/menu.tsx'
import { PersonNames } from '../../components/person-names.tsx'
import { nameOf } from '../../people.ts'
import { rightsOver } from './rights.ts'
import type { ListedMember, Membership } from './use-membership.ts'

export interface MemberRowProps extends Pick<Membership, 'role'> {
  member: ListedMember
  conversation: Conversation
}

export function MemberRow({ member, role, conversation }: MemberRowProps) {
  const t = useTranslations('settings')
  const me = useMe()
  const { user } = member
  const { isBlocked, ...blocking } = useBlocking(member)
  return (
    <li className="flex items-center gap-3 py-2.5">
      <PersonNames of={user} />
      {user.id === me.id && <Badge>{t('you')}</Badge>}
      {isBlocked && <Badge tone="danger">{t('blocked')}</Badge>}
      {member.role !== 'member' && <Badge tone="soft">{t(`roles.${member.role}`)}</Badge>}
      {user.id !== me.id && <MemberMenu {...{ member, role, conversation, isBlocked, blocking }} />}
    </li>
  )
}

interface MemberMenuProps extends MemberRowProps {
  isBlocked: boolean
  blocking: Omit<ReturnType<typeof useBlocking>, 'isBlocked'>
}

type Step = 'transfer' | 'remove' | 'block'

/** What can be done about a member, by those who may; what cannot be taken back asks first. */
function MemberMenu({ member, role, conversation, isBlocked, blocking }: MemberMenuProps) {
  const t = useTranslations('settings')
  const [step, setStep] = useState<Step>()
  const { setRole, remove, isBusy } = useMemberActions(member, conversation.id)
  const name = nameOf(member.user)
  const rights = rightsOver(member.role, { role, conversation })
  const items: (MenuItem | false)[] = [
    rights.mayPromote && { label: t('makeAdmin'), icon: Shield, onSelect: () => setRole('admin') },
    rights.mayDemote && { label: t('makeMember'), icon: ShieldOff, onSelect: () => setRole('member') },
    rights.mayTransfer && { label: t('transfer'), icon: Crown, onSelect: () => setStep('transfer') },
    rights.mayRemove && {
      label: t('remove'),
      icon: UserMinus,
      tone: 'danger',
      onSelect: () => setStep('remove'),
    },
    isBlocked
      ? { label: t('unblock'), icon: Ban, onSelect: blocking.unblock }
      : { label: t('block'), icon: Ban, tone: 'danger', onSelect: () => setStep('block') },
  ]
  const close = () => setStep(undefined)
  const steps = {
    transfer: () => setRole('owner', { onSettled: close }),
    remove: () => remove(close),
    block: () => blocking.block(close),
  }
  return (
    <>
      <Menu
        trigger={<IconButton size="small" icon={MoreVertical} label={t('more', { name })} />}
        items={items.filter((item) => item !== false)}
      />
      {step && (
        <Confirmation
          title={t(`${step}Title`, { name })}
          text={t(`${step}Text`, { name })}
          action={t(step)}
          isBusy={isBusy}
          onClose={close}
          onConfirm={steps[step]}
        />
      )}
    </>
  )
}

function useMemberActions({ user: { id: user_id } }: ListedMember, conversation_id: number) {
  const changes = { changes: ['messaging.list_members'] as const }
  const give = useAction('messaging.set_member_role', changes)
  const take = useAction('messaging.remove_member', changes)
  const named = { conversation_id, user_id }
  return {
    isBusy: give.isPending || take.isPending,
    setRole: (role: ListedMember['role'], options: { onSettled?: () => void } = {}) =>
      give.mutate({ ...named, role }, options),
    remove: (onSettled: () => void) => take.mutate(named, { onSettled }),
  }
}

/** Whether one blocks a member. The list of members learns of a change only a moment after it was made. */
function useBlocking({ user: { id: user_id }, is_blocked }: ListedMember) {
  const [decided, decide] = useState<boolean>()
  const changes = { changes: ['matching.list_blocks'] as const }
  const block = useAction('matching.block', changes)
  const unblock = useAction('matching.unblock', changes)
  return {
    isBlocked: decided ?? is_blocked,
    block: (onSettled: () => void) => block.mutate({ user_id }, { onSettled, onSuccess: () => decide(true) }),
    unblock: () => unblock.mutate({ user_id }, { onSuccess: () => decide(false) }),
  }
}
