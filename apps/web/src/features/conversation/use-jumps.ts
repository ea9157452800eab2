import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useMe } from '../../app/me.ts'
import { toast } from '../../components/toast.tsx'
import { useErrorText } from '../../texts/error-text.ts'
import { loadBackTo } from './load-back.ts'
import type { Row } from './rows.ts'
import type { LeftOff } from './use-left-off.ts'

export interface UnreadJump {
  /** How much is new, above what has been in sight; 0 when one is there. */
  count: number
  isLoading: boolean
  jump: () => void
  /** The first unread message is in sight. */
  onUnreadSeen: () => void
}

interface UnreadOptions {
  conversation: LiveConversation
  rows: readonly Row[]
  leftOff: LeftOff
  list: RefObject<VirtualizerHandle | null>
}

/** Leads to the first unread message, which may have to be loaded. Once it was in sight, there is nothing to jump to. */
export function useUnreadJump({
  conversation,
  rows,
  leftOff: { seq, unread },
  list,
}: UnreadOptions): UnreadJump {
  const me = useMe()
  const errorText = useErrorText()
  const [seen, setSeen] = useState<number>()
  const [jumps, setJumps] = useState({ begun: 0, loaded: 0 })
  const isWanted = useRef(false)
  const index = rows.findIndex(({ startsUnread }) => startsUnread)
  // As soon as the rows are drawn that it stands among.
  useLayoutEffect(() => {
    if (!isWanted.current || index < 0) return
    isWanted.current = false
    list.current?.scrollToIndex(index, { align: 'start' })
  }, [index, jumps, list])

  const jump = () => {
    if (seq === undefined) return
    isWanted.current = true
    setJumps(({ begun, loaded }) => ({ begun: begun + 1, loaded }))
    loadBackTo(conversation, seq + 1)
      .catch((error: unknown) => {
        isWanted.current = false
        toast.error(errorText(error))
      })
      .finally(() => setJumps(({ begun, loaded }) => ({ begun, loaded: loaded + 1 })))
  }
  const onUnreadSeen = useCallback(() => setSeen(seq), [seq])
  const isNew = ({ message }: Row) => message.sender.id !== me.id
  const count = index < 0 ? unread : rows.slice(index).filter(isNew).length
  return {
    count: seq === undefined || seen === seq ? 0 : count,
    isLoading: jumps.begun > jumps.loaded,
    jump,
    onUnreadSeen,
  }
}

/** How many messages of others have come since one was at the end. */
export function useNewer(messages: readonly ShownMessage[], isAtEnd: boolean, meId: number): number {
  const newest = messages.findLast(({ seq }) => seq !== null)?.seq ?? 0
  const [seen, setSeen] = useState(newest)
  if (isAtEnd && seen !== newest) setSeen(newest)
  if (isAtEnd) return 0
  return messages.filter(({ seq, sender }) => seq !== null && seq > seen && sender.id !== meId).length
}
