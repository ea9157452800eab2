import type { Presence } from '@parley/client/state'
import { useMemo } from 'react'
import { useParley } from './provider.ts'
import { useSource } from './use-source.ts'

const UNKNOWN: Presence = { status: 'unknown', last_seen: null }

/** Whether a person is there: asked of the server while somebody looks. Looking makes nobody present. */
export function usePresence(user_id: number | null | undefined): Presence {
  const state = useParley()
  const presence = useMemo(() => (user_id == null ? undefined : state.presence(user_id)), [state, user_id])
  return useSource(presence, UNKNOWN)
}
