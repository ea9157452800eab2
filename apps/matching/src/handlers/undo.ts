import { undo } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findLastChoice, removeChoice } from '../store/pairs.ts'

export function undoHandler({ db, counts }: Pick<Deps, 'db' | 'counts'>) {
  return handle(undo, async (_input, { caller, fail }) => {
    const last = await findLastChoice(db, caller.user_id)
    if (!last) throw fail('nothing_to_undo')

    const { about, choice, state } = last
    const removed = await removeChoice(db, { by: caller.user_id, about, choice })
    // It is a match, or it was taken back by the same person at this instant: a double tap undoes one choice.
    if (!removed) throw fail('nothing_to_undo')
    counts.undone++
    return { user_id: about, undone: state === 'liked' ? ('like' as const) : ('pass' as const) }
  })
}
