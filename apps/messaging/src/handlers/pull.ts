import { limits, pull } from '@parley/protocol'
import { handleFrames } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { listChangesAfter } from '../store/changes.ts'
import { messageFrame, messageView } from '../views.ts'

export function pullHandler({ db }: Pick<Deps, 'db'>) {
  return handleFrames(pull, async (input, { caller, fail }) => {
    const { conversation_id, after_rev, limit = limits.page.default } = input
    if (!(await findMembership(db, conversation_id, caller.user_id))) throw fail('conversation_not_found')
    const rows = await listChangesAfter(db, {
      reader: { user_id: caller.user_id, conversation_id },
      after_rev,
      limit: limit + 1,
    })
    const frames: string[] = []
    let rev = after_rev
    let chars = 0
    for (const row of rows.slice(0, limit)) {
      const frame = messageFrame(messageView(row))
      if (frames.length > 0 && chars + frame.length > limits.page_bytes) break
      frames.push(frame)
      chars += frame.length
      rev = row.rev
    }
    return { output: { conversation_id, rev, has_more: frames.length < rows.length }, frames }
  })
}
