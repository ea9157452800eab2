import { useParley } from '@parley/react'
import { clsx } from 'clsx'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Announcement } from './announcement.tsx'
import { Composer } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { type Intent, NEW } from './intent.ts'
import { MessageList } from './message-list.tsx'
import { ThreadPanel } from './thread-panel.tsx'
import { TypingLine } from './typing-line.tsx'
import { useThreadAddress } from './use-thread.ts'

/** A conversation; a thread of it stands beside, or over it where there is no room for both. */
export function ConversationPane({ id, base }: { id: number; base: string }) {
  const conversation = useParley().conversation(id)
  const [intent, setIntent] = useState<Intent>(NEW)
  const thread = useThreadAddress()
  useEffect(() => conversation.open(), [conversation])
  const done = useCallback(() => setIntent(NEW), [])
  const main = useRef<HTMLDivElement>(null)
  useFocusBack(thread.id !== undefined, main)
  const actions = useMemo(() => ({ onIntent: setIntent, onThread: thread.open }), [thread.open])
  return (
    <div className="relative flex h-full min-h-0 bg-canvas">
      <Announcement conversation={conversation} />
      <div
        ref={main}
        tabIndex={-1}
        className={clsx(
          'flex min-w-0 flex-1 flex-col outline-none',
          // It keeps its place there, out of reach.
          thread.id !== undefined && 'max-xl:invisible',
        )}
      >
        <ConversationHeader conversation={conversation} base={base} />
        <MessageList conversation={conversation} thread={thread.id} actions={actions} />
        <TypingLine conversation={conversation} />
        <Composer conversation={conversation} intent={intent} onIntent={setIntent} onDone={done} />
      </div>
      {thread.id !== undefined && (
        <ThreadPanel key={thread.id} id={thread.id} conversation={conversation} onClose={thread.close} />
      )}
    </div>
  )
}

/** Where the focus was before something opened, it is again when that is closed; else on what is left. */
function useFocusBack(isOpen: boolean, rest: RefObject<HTMLElement | null>): void {
  const before = useRef<Element>(null)
  useLayoutEffect(() => {
    if (isOpen) {
      before.current = document.activeElement
      return
    }
    const back = before.current?.isConnected ? before.current : rest.current
    if (before.current && back instanceof HTMLElement) back.focus({ preventScroll: true })
    before.current = null
  }, [isOpen, rest])
}
