import type { User } from '@parley/client'
import { useSession } from '@parley/react'

/** Who is signed in; only below what is shown to signed-in people. */
export function useMe(): User {
  const { user } = useSession()
  if (!user) throw new Error('nobody is signed in')
  return user
}
