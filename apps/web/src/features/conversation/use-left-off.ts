import type { LiveConversation, ShownMessage } from '@parley/client/state'
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

/** What is on show has been read, while the window has the person's attention. */
export function useReading(conversation: LiveConversation, messages: readonly ShownMessage[]): void {
  const lastSeq = useSource(conversation.view)?.last_seq
  useEffect(() => {
    const read = () => {
      if (hasAttention()) conversation.markRead()
    }
    read()
    addEventListener('focus', read)
    return () => removeEventListener('focus', read)
  }, [conversation, messages, lastSeq])
}
