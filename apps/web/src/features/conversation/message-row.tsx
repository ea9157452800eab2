import type { LiveConversation } from '@parley/client/state'
import { clsx } from 'clsx'
import { memo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Markdown } from '../../components/markdown.tsx'
import { nameOf } from '../../people.ts'
import { Answered } from './answered.tsx'
import type { PaneActions } from './intent.ts'
import { MessageActions } from './message-actions.tsx'
import { MessageFoot } from './message-foot.tsx'
import { Quoted } from './quoted.tsx'
import { Reactions } from './reactions.tsx'
import { Replies } from './replies.tsx'
import type { Receipt } from './receipts.ts'
import type { Row } from './rows.ts'
import { UnreadRule } from './unread-rule.tsx'

export interface MessageRowProps {
  row: Row
  isOwn: boolean
  /** Of two people: there nobody needs to be named. */
  isDirect: boolean
  receipt: Receipt
  conversation: LiveConversation
  actions: PaneActions
}

const isSame = (a: MessageRowProps, b: MessageRowProps): boolean =>
  a.row.message === b.row.message &&
  a.row.parent === b.row.parent &&
  a.isDirect === b.isDirect &&
  a.receipt === b.receipt &&
  a.actions === b.actions &&
  a.row.startsDay === b.row.startsDay &&
  a.row.startsUnread === b.row.startsUnread &&
  a.row.startsGroup === b.row.startsGroup &&
  a.row.endsGroup === b.row.endsGroup

/** One message, below the rules that part days and what is new; drawn again only when it is another. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const t = useTranslations('conversation')
  const { message, startsDay, startsUnread } = props.row
  return (
    <>
      {startsDay && <Day at={message.created_at} />}
      {startsUnread && <UnreadRule onSeen={props.actions.onUnreadSeen} />}
      {message.kind === 'system' ? (
        <p className="mx-auto my-3 w-fit rounded-full bg-sunken px-4 py-1 text-center text-sm text-muted">
          {t(`system.${message.system?.event ?? 'matched'}`, { name: nameOf(message.sender) })}
        </p>
      ) : (
        <Said {...props} />
      )}
    </>
  )
}, isSame)

function Day({ at }: { at: string }) {
  const format = useFormatter()
  return (
    <p className="my-4 text-center text-xs font-medium text-muted">
      {format.dateTime(new Date(at), { weekday: 'long', day: 'numeric', month: 'long' })}
    </p>
  )
}

function Said({ row, isOwn, isDirect, receipt, conversation, actions }: MessageRowProps) {
  const t = useTranslations('conversation')
  const me = useMe()
  const { message, parent, startsGroup, endsGroup } = row
  const isNamed = !isOwn && startsGroup && !isDirect
  const look = isOwn
    ? clsx('bg-accent text-white', endsGroup && 'rounded-br-md')
    : clsx('bg-surface border border-line', endsGroup && 'rounded-bl-md')
  return (
    <article
      aria-label={nameOf(message.sender)}
      className={clsx(
        'group flex items-end gap-2',
        isOwn && 'flex-row-reverse',
        startsGroup ? 'pt-3' : 'pt-0.5',
      )}
    >
      {!isOwn && (
        <span className="w-8 shrink-0">{endsGroup && <Avatar of={message.sender} size="small" />}</span>
      )}
      <div
        className={clsx(
          'flex max-w-[78%] min-w-0 flex-col sm:max-w-[70%]',
          isOwn ? 'items-end' : 'items-start',
        )}
      >
        {isNamed && (
          <span className="mb-1 ml-1 text-xs font-medium text-muted">{nameOf(message.sender)}</span>
        )}
        <Answered message={message} parent={parent} onThread={actions.onThread} />
        <div
          className={clsx(
            'max-w-full rounded-2xl px-3.5 py-2',
            message.is_deleted ? 'border border-dashed border-line-strong text-muted italic' : look,
          )}
        >
          {message.quote && <Quoted quote={message.quote} conversation={conversation} />}
          {message.is_deleted ? t('deleted') : <Markdown text={message.content} isOnAccent={isOwn} />}
        </div>
        <Reactions message={message} meId={me.id} conversation={conversation} />
        <Replies message={message} onThread={actions.onThread} />
        <MessageFoot message={message} receipt={receipt} isShown={endsGroup} />
      </div>
      {!message.is_deleted && message.id !== null && (
        <MessageActions message={message} isOwn={isOwn} conversation={conversation} actions={actions} />
      )}
    </article>
  )
}
