import type { Candidate } from '@parley/client'
import { useCandidates } from '@parley/react'
import { useEffect, useState } from 'react'
import { useTold } from '../../app/use-told.ts'

/** A failure stands in the deck's `error`. */
const quietly = (loading: Promise<void>) => void loading.catch(() => {})

/** The people to decide about, best first; what is refused is told. */
export function useDeck() {
  const { candidates, isLoaded, isLoading, error, like, pass, undo, reload } = useCandidates()
  const told = useTold()
  const [current, next] = candidates
  // Who comes back to an empty deck finds those who are new since.
  const [wasEmpty] = useState(isLoaded && !current)
  useEffect(() => {
    if (wasEmpty) quietly(reload())
  }, [wasEmpty, reload])
  return {
    current,
    next,
    isLoading: !current && !error && (isLoading || !isLoaded),
    error: current ? undefined : error,
    reload: () => quietly(reload()),
    decide: ({ user }: Candidate, kind: 'like' | 'pass') =>
      told(kind === 'like' ? like(user.id) : pass(user.id)),
    undo: () => told(undo()),
  }
}
