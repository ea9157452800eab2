import { Headset, type LucideIcon, MessagesSquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useParams } from 'wouter'
import { EmptyState } from '../components/empty-state.tsx'
import { Page } from '../components/page.tsx'
import { TwoPanes } from '../components/two-panes.tsx'
import { ConversationPane } from '../features/conversation/conversation-pane.tsx'
import { NewGroup } from '../features/groups/new-group.tsx'
import { Inbox } from '../features/inbox/inbox.tsx'
import { ConversationSettings } from '../features/settings/conversation-settings.tsx'
import { Queue } from '../features/support/queue.tsx'
import { isId } from './ids.ts'
import { NotFound } from './not-found.tsx'

/** One's conversations. */
export const MessagesPage = () => (
  <Conversations texts="inbox" base="/messages" icon={MessagesSquare} actions={<NewGroup />}>
    <Inbox />
  </Conversations>
)

/** What people ask of support, for staff. */
export const SupportPage = () => (
  <Conversations texts="support" base="/support" icon={Headset}>
    <Queue />
  </Conversations>
)

interface ConversationsProps {
  texts: 'inbox' | 'support'
  /** The address of the list; below it stand conversations, and below these their settings. */
  base: string
  icon: LucideIcon
  actions?: ReactNode
  children: ReactNode
}

/** A list of conversations, and beside it the one that the address names, or its settings. */
function Conversations({ texts, base, icon, actions, children }: ConversationsProps) {
  const t = useTranslations(texts)
  const { id, part } = useParams<{ id?: string; part?: string }>()
  if (id !== undefined && !isId(id)) return <NotFound />
  if (part !== undefined && part !== 'settings') return <NotFound />
  const Detail = part === undefined ? ConversationPane : ConversationSettings
  return (
    <TwoPanes
      list={
        <Page title={t('title')} actions={actions}>
          {children}
        </Page>
      }
      detail={id && <Detail key={id} id={Number(id)} base={base} />}
      empty={<EmptyState icon={icon} title={t('choose')} text={t('chooseText')} />}
      detailLabel={t('conversation')}
    />
  )
}
