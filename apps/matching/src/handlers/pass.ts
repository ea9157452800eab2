import { pass } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findOther } from '../people.ts'
import { recordPass } from '../store/pairs.ts'

/** A match is ended by `unmatch` alone, so that nobody loses a conversation by a swipe. */
export function passHandler({ db, bus, counts }: Pick<Deps, 'db' | 'bus' | 'counts'>) {
  return handle(pass, async ({ user_id }, context) => {
    const card = await findOther({ db, bus }, user_id, context)
    if (!card) throw context.fail('user_not_found')

    const passed = await recordPass(db, { by: context.caller.user_id, about: user_id })
    if (!passed) throw context.fail('forbidden', { detail: 'matched; end the match first' })
    counts.passes++
    return { status: 'passed' as const }
  })
}
