import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import { Spinner } from '../../components/spinner.tsx'
import type { PaneActions } from './intent.ts'
import { JumpButton } from './jump-button.tsx'
import { rowsOf } from './rows.ts'
import { useNewer, useUnreadJump } from './use-jumps.ts'
import { type LeftOff, useLeftOff, useReading } from './use-left-off.ts'
import { useRow } from './use-row.tsx'
import { usePrepending, useScroll } from './use-scroll.ts'

/** Rows are drawn so far before they come into sight, so that there are no gaps when one scrolls fast. */
const AHEAD_PX = 800

export interface MessageListProps {
  conversation: LiveConversation
  /** The thread that stands beside: what one writes there does not move what one reads here. */
  thread: number | undefined
  actions: PaneActions
}

/** The messages, of which only those in sight are in the page; new and older ones do not move what one reads. */
export function MessageList({ conversation, thread, actions }: MessageListProps) {
  const t = useTranslations('conversation')
  const me = useMe()
  const messages = useSource(conversation.messages)
  const history = useSource(conversation.history)
  const leftOff = useLeftOff(conversation)
  const rows = useRows(conversation, messages, leftOff)
  const list = useRef<VirtualizerHandle>(null)
  const isPrepending = usePrepending(rows)
  const { isAtEnd, onScroll, toEnd } = useScroll(conversation, { messages, list, thread })
  const unread = useUnreadJump({ conversation, rows, leftOff, list })
  const newer = useNewer(messages, isAtEnd, me.id)
  const { onUnreadSeen } = unread
  const rowActions = useMemo(() => ({ ...actions, onUnreadSeen }), [actions, onUnreadSeen])
  const show = useRow(conversation, rowActions)
  useReading(conversation)
  return (
    <div className="relative min-h-0 flex-1">
      <div
        role="log"
        aria-live="off"
        aria-label={t('messages')}
        // What scrolls is reached by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus
        tabIndex={0}
        className="@container flex h-full flex-col overflow-y-auto px-3 [overflow-anchor:none] sm:px-5"
      >
        <div className="grow" />
        {!history.isLoaded && messages.length === 0 && <Spinner />}
        <Virtualizer ref={list} data={rows} bufferSize={AHEAD_PX} shift={isPrepending} onScroll={onScroll}>
          {show}
        </Virtualizer>
      </div>
      {unread.count > 0 && (
        <JumpButton
          at="top"
          icon={ArrowUp}
          label={t('toUnread', { count: unread.count })}
          isBusy={unread.isLoading}
          onClick={unread.jump}
        />
      )}
      {!isAtEnd && (
        <JumpButton at="bottom" icon={ArrowDown} label={t('toNewest', { count: newer })} onClick={toEnd} />
      )}
    </div>
  )
}

/** The rows, and among them where one had left off, once all is here that is new. */
function useRows(conversation: LiveConversation, messages: readonly ShownMessage[], { seq }: LeftOff) {
  const me = useMe()
  const { hasOlder } = useSource(conversation.history)
  const oldest = messages[0]?.seq ?? Infinity
  const readSeq = seq !== undefined && (!hasOlder || oldest <= seq + 1) ? seq : undefined
  return useMemo(() => rowsOf(messages, { meId: me.id, readSeq }), [messages, me.id, readSeq])
}
