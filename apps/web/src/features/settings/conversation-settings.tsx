import { useConversation, useMessages } from '@parley/react'
import { MessagesSquare } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { Ends } from './ends.tsx'
import { ForMe } from './for-me.tsx'
import { GroupForm } from './group-form.tsx'
import { Members } from './members.tsx'
import { useMembership } from './use-membership.ts'

export interface ConversationSettingsProps {
  id: number
  /** The list that the conversation was chosen from. */
  base: string
}

/** What a conversation is to oneself, and to all who are in it. */
export function ConversationSettings({ id, base }: ConversationSettingsProps) {
  const t = useTranslations('settings')
  const errorText = useErrorText()
  const view = useConversation(id)
  const { error } = useMessages(id)
  const membership = useMembership(id)
  return (
    <Page title={t('title')} back={`${base}/${id}`}>
      {!view && !error && <Spinner />}
      {!view && error && <EmptyState icon={MessagesSquare} title={errorText(error)} />}
      {view && (
        <>
          <GroupForm conversation={view} isManager={membership.isManager} />
          <ForMe conversation={view} />
          <Members conversation={view} {...membership} />
          <Ends conversation={view} role={membership.role} base={base} />
        </>
      )}
    </Page>
  )
}
