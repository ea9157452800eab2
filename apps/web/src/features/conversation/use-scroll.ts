import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { Row } from './rows.ts'

/** So near to the end, one follows what is new. */
const NEAR_END_PX = 80
/** So near to the beginning, older messages are asked for. */
const NEAR_START_PX = 1_200

/** Whether rows were added above those of the last time, or taken away there: then what one reads keeps its place. */
export function usePrepending(rows: readonly Row[]): boolean {
  const [shown, setShown] = useState({ rows, isPrepending: false })
  if (shown.rows === rows) return shown.isPrepending
  const before = shown.rows[0]?.key
  const isPrepending = before !== undefined && before !== rows[0]?.key
  setShown({ rows, isPrepending })
  return isPrepending
}

export interface EndOptions {
  list: RefObject<VirtualizerHandle | null>
  messages: readonly ShownMessage[]
  /** Rows besides the messages. */
  extra?: number
  /** What one has written oneself is shown, but for answers to this message. */
  thread?: number | undefined
}

/** At the end of a list one follows what is new, elsewhere nothing moves. */
export function useEnd({ list, messages, extra = 0, thread }: EndOptions) {
  const [isAtEnd, setAtEnd] = useState(true)
  const newest = messages.at(-1)
  const count = messages.length + extra
  const isOwn =
    newest !== undefined &&
    newest.state !== 'stored' &&
    (thread === undefined || newest.parent_message_id !== thread)
  const toEnd = useCallback(() => list.current?.scrollToIndex(count - 1, { align: 'end' }), [list, count])
  useLayoutEffect(() => {
    if (count > 0 && (isAtEnd || isOwn)) toEnd()
  }, [newest, count, isAtEnd, isOwn, toEnd])
  const onScroll = (offset: number) => {
    const { current } = list
    if (current) setAtEnd(current.scrollSize - current.viewportSize - offset < NEAR_END_PX)
  }
  return { isAtEnd, onScroll, toEnd }
}

/** As `useEnd`; near the beginning, older messages are loaded. */
export function useScroll(conversation: LiveConversation, options: EndOptions) {
  const { isAtEnd, onScroll, toEnd } = useEnd(options)
  const onScrolled = (offset: number) => {
    onScroll(offset)
    const { hasOlder, isLoading, isLoaded } = conversation.history.get()
    if (offset > NEAR_START_PX || !options.list.current || !isLoaded || !hasOlder || isLoading) return
    conversation.loadOlder().catch(() => {
      // It is asked for again when one scrolls on; what is the matter, the banner says.
    })
  }
  return { isAtEnd, onScroll: onScrolled, toEnd }
}
