import type { Result } from '@parley/client'
import { useFrame } from '@parley/react'
import { useQueryClient } from '@tanstack/react-query'
import { useMe } from '../../app/me.ts'
import { useAllPages } from '../../app/operations.ts'

export type ListedMember = Result<'messaging.list_members'>['items'][number]

export interface Membership {
  members: readonly ListedMember[]
  /** One's own; undefined until it is known, and for staff in somebody's support conversation. */
  role: ListedMember['role'] | undefined
  isManager: boolean
}

/** All members with their roles, page by page; asked for again when the conversation changes. */
export function useMembership(conversation_id: number): Membership {
  const me = useMe()
  const queries = useQueryClient()
  const { data } = useAllPages('messaging.list_members', { conversation_id, limit: 200 })
  useFrame('conversation_update', ({ conversation }) => {
    if (conversation.id === conversation_id)
      void queries.invalidateQueries({ queryKey: ['messaging.list_members'] })
  })
  const members = data?.pages.flatMap(({ items }) => items) ?? []
  const role = members.find(({ user }) => user.id === me.id)?.role
  return { members, role, isManager: role === 'owner' || role === 'admin' }
}
