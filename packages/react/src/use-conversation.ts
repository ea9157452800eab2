import type { Conversation, Member, Source } from '@parley/client'
import type { LiveConversation, Typist } from '@parley/client/state'
import { useMemo } from 'react'
import { useParley } from './provider.ts'
import { useSource } from './use-source.ts'

/** Without an id a hook is idle: it shows nothing, asks for nothing and does nothing. */
export type MaybeId = number | null | undefined

const NOBODY: readonly never[] = []

export function useLive(id: MaybeId): LiveConversation | undefined {
  const state = useParley()
  return useMemo(() => (id == null ? undefined : state.conversation(id)), [state, id])
}

/** Holds the conversation open while somebody subscribes. Who comes back within five seconds finds everything as it was. */
function held<T>(conversation: LiveConversation, source: Source<T>): Source<T> {
  const subscribe = (listener: (value: T) => void) => {
    const close = conversation.open()
    const stop = source.subscribe(listener)
    return () => {
      stop()
      close()
    }
  }
  return { get: () => source.get(), subscribe }
}

export function useHeld<T>(
  conversation: LiveConversation | undefined,
  part: (conversation: LiveConversation) => Source<T>,
  initial: T,
): T {
  const source = useMemo(
    () => conversation && held(conversation, part(conversation)),
    // `part` only picks a field.
    [conversation],
  )
  return useSource(source, initial)
}

/** The conversation itself: title, participants, counters. Undefined until it is known, and after one has left. */
export const useConversation = (id: MaybeId): Conversation | undefined =>
  useHeld(useLive(id), ({ view }) => view, undefined)

/** The members, and how far each has read and received. */
export const useMembers = (id: MaybeId): readonly Member[] =>
  useHeld<readonly Member[]>(useLive(id), ({ members }) => members, NOBODY)

export interface Typing {
  /** Others who type here. */
  typists: readonly Typist[]
  /** Call it at each keystroke; with false when the text was given up. Sending needs no call. */
  setTyping: (is_typing?: boolean) => void
}

export function useTyping(id: MaybeId): Typing {
  const conversation = useLive(id)
  const typists = useHeld<readonly Typist[]>(conversation, ({ typing }) => typing, NOBODY)
  const setTyping = useMemo(() => (is_typing?: boolean) => conversation?.setTyping(is_typing), [conversation])
  return { typists, setTyping }
}
