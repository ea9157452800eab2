import type { Conversation } from '@parley/client'
import type { LiveConversation } from '@parley/client/state'
import { useEffect, useState } from 'react'
import { useSource } from '../../app/use-source.ts'

/** Where one stopped reading: what others have said since is new. */
export interface LeftOff {
  /** Undefined while there is nothing new. */
  seq: number | undefined
  /** How much was unread then. */
  unread: number
}

const NOTHING: LeftOff = { seq: undefined, unread: 0 }

const hasAttention = () => document.visibilityState === 'visible' && document.hasFocus()

/** Where one had left off when the conversation was opened, or when one last looked away from the window. */
export function useLeftOff(conversation: LiveConversation): LeftOff {
  const view = useSource(conversation.view)
  const [leftOff, setLeftOff] = useState<LeftOff>()
  if (!leftOff && view)
    setLeftOff(view.unread_count > 0 ? { seq: view.read_seq, unread: view.unread_count } : NOTHING)
  useEffect(() => {
    const lastSeq = () => conversation.view.get()?.last_seq
    const leave = () => setLeftOff({ seq: lastSeq(), unread: 0 })
    const comeBack = () => setLeftOff((left) => (left?.seq === lastSeq() ? NOTHING : left))
    addEventListener('blur', leave)
    addEventListener('focus', comeBack)
    return () => {
      removeEventListener('blur', leave)
      removeEventListener('focus', comeBack)
    }
  }, [conversation])
  return leftOff ?? NOTHING
}

type Counters = Pick<Conversation, 'last_seq' | 'read_seq' | 'unread_count'>

/** Whether the server does not know yet that all was read; what one says oneself moves its mark there. */
export const isBehind = ({ last_seq, read_seq, unread_count }: Counters): boolean =>
  last_seq > read_seq || unread_count > 0

/** What is on show has been read, while the window has the person's attention. */
export function useReading(conversation: LiveConversation): void {
  const view = useSource(conversation.view)
  const isToMark = view !== undefined && isBehind(view)
  const lastSeq = view?.last_seq
  useEffect(() => {
    if (!isToMark) return
    const read = () => {
      if (hasAttention()) conversation.markRead(lastSeq)
    }
    read()
    addEventListener('focus', read)
    return () => removeEventListener('focus', read)
  }, [conversation, isToMark, lastSeq])
}
