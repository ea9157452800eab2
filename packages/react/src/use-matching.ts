import type { Candidate, Match } from '@parley/client'
import type { Matching } from '@parley/client/state'
import { useMemo } from 'react'
import { useParley } from './provider.ts'
import { type ListPart, useList } from './use-list.ts'

export interface Deck extends ListPart, Pick<Matching, 'like' | 'pass' | 'undo'> {
  /** Best first. Whoever is liked or passed leaves at once; the next ones are loaded in time. */
  candidates: readonly Candidate[]
  /** Looks again for people. */
  reload: () => Promise<void>
}

/** People to like or pass. */
export function useCandidates(): Deck {
  const { matching } = useParley()
  const [candidates, list] = useList(matching.candidates)
  const actions = useMemo(
    () => ({
      like: (user_id: number) => matching.like(user_id),
      pass: (user_id: number) => matching.pass(user_id),
      undo: () => matching.undo(),
      reload: () => matching.candidates.reload(),
    }),
    [matching],
  )
  return { candidates, ...list, ...actions }
}

export interface MatchList extends ListPart, Pick<Matching, 'unmatch'> {
  /** Newest first. */
  matches: readonly Match[]
}

/** Own matches: loads the first page and follows it. For the moment of a match there is `useFrame('new_match', …)`. */
export function useMatches(): MatchList {
  const { matching } = useParley()
  const [matches, list] = useList(matching.matches)
  const unmatch = useMemo(() => (match_id: number) => matching.unmatch(match_id), [matching])
  return { matches, ...list, unmatch }
}
