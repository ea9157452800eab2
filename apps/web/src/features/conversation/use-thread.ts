import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { useClient, useConnection } from '@parley/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import { isId } from '../../app/ids.ts'
import { useSource } from '../../app/use-source.ts'
import { reach } from './load-back.ts'

const PARAM = 'thread'

/** Which thread is open: the address says so, and the way back closes it. */
export function useThreadAddress() {
  const [params, setParams] = useSearchParams()
  const isOpenedHere = useRef(false)
  const named = params.get(PARAM) ?? ''
  const id = isId(named) ? Number(named) : undefined
  const open = useCallback(
    (next: number) => {
      if (id === undefined) isOpenedHere.current = true
      if (id !== next) setParams({ [PARAM]: String(next) }, { replace: id !== undefined })
    },
    [id, setParams],
  )
  const close = useCallback(() => {
    if (isOpenedHere.current) history.back()
    else setParams({}, { replace: true })
    isOpenedHere.current = false
  }, [setParams])
  return { id, open, close }
}

export interface Thread {
  root: ShownMessage | undefined
  replies: readonly ShownMessage[]
  /** Why the message cannot be shown. */
  error: unknown
}

/** A message and the answers to it, which all come after it: once the message is loaded, they are. */
export function useThread(conversation: LiveConversation, id: number): Thread {
  const client = useClient()
  const messages = useSource(conversation.messages)
  const { isLoaded } = useSource(conversation.history)
  const { isConnected } = useConnection()
  const [error, setError] = useState<unknown>()
  const root = messages.find((message) => message.id === id)
  // What failed is tried again with the next connection.
  const isMissing = isLoaded && root === undefined && isConnected
  useEffect(() => {
    if (!isMissing) return
    const leaving = new AbortController()
    const { signal } = leaving
    const find = () => client.call('messaging.get_message', { message_id: id }, { signal })
    reach(conversation, { id, find, signal }).then(
      () => setError(undefined),
      (failure: unknown) => !signal.aborted && setError(failure),
    )
    return () => leaving.abort()
  }, [isMissing, conversation, id, client])
  const replies = useMemo(
    () => messages.filter(({ parent_message_id }) => parent_message_id === id),
    [messages, id],
  )
  return { root, replies, error: root ? undefined : error }
}
