import type { Card as Person, Conversation } from '@parley/client'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAction } from '../../app/operations.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Card } from '../../components/page.tsx'
import { PeoplePicker } from '../../components/people-picker.tsx'
import { MemberRow } from './member-row.tsx'
import type { Membership } from './use-membership.ts'

/** Who is there, and for its owner and admins: who else shall be. */
export function Members({
  conversation,
  members,
  role,
  isManager,
}: Membership & { conversation: Conversation }) {
  const t = useTranslations('settings')
  const [isAdding, setAdding] = useState(false)
  const { id, state, member_count } = conversation
  return (
    <Card title={t('members', { count: member_count })}>
      <ul className="divide-y divide-line">
        {members.map((member) => (
          <MemberRow key={member.user.id} member={member} role={role} conversation={conversation} />
        ))}
      </ul>
      {isManager && state === 'open' && (
        <Button variant="secondary" className="mt-4" onClick={() => setAdding(true)}>
          <UserPlus aria-hidden size={18} />
          {t('add')}
        </Button>
      )}
      <Dialog open={isAdding} onClose={() => setAdding(false)} title={t('add')} description={t('addText')}>
        <AddMembers id={id} members={members} onDone={() => setAdding(false)} />
      </Dialog>
    </Card>
  )
}

interface AddMembersProps extends Pick<Membership, 'members'> {
  id: number
  onDone: () => void
}

function AddMembers({ id, members, onDone }: AddMembersProps) {
  const t = useTranslations('settings')
  const [picked, setPicked] = useState<readonly Person[]>([])
  const add = useAction('messaging.add_members', { changes: ['messaging.list_members'] })
  const user_ids = picked.map((person) => person.id)
  return (
    <div className="flex flex-col gap-4">
      <PeoplePicker
        picked={picked}
        onChange={setPicked}
        isLeftOut={(person) => members.some(({ user }) => user.id === person)}
      />
      <Button
        disabled={picked.length === 0 || add.isPending}
        onClick={() => add.mutate({ conversation_id: id, user_ids }, { onSuccess: onDone })}
      >
        {t('addCount', { count: picked.length })}
      </Button>
    </div>
  )
}
