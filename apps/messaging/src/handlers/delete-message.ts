import { deleteMessage as deleteMessageRpc, shardOf, type Input, type Output } from '@parley/protocol'
import { handle, type Context } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { deleteMessage, mayDelete } from '../domain/delete.ts'
import { findOwnView } from '../message-access.ts'
import { hideMessage } from '../store/hidden.ts'
import { findVisibleMessage } from '../visible-message.ts'

type Asked = Input<typeof deleteMessageRpc>
type Deleted = Output<typeof deleteMessageRpc>
type Asking = Context<typeof deleteMessageRpc>

export function deleteMessageHandler(deps: Pick<Deps, 'lanes' | 'db'>) {
  return handle(deleteMessageRpc, (input, context) =>
    input.for === 'me' ? hideForMe(deps, input, context) : deleteForEveryone(deps, input, context),
  )
}

function deleteForEveryone(
  { lanes }: Pick<Deps, 'lanes'>,
  { message_id }: Asked,
  context: Asking,
): Promise<Deleted> {
  const { caller, deadline, fail } = context
  return lanes.write(shardOf(message_id), {
    target: { message: message_id },
    deadline,
    apply: (conversation, draft) => {
      const seen = findOwnView({ conversation, draft }, { message_id, userId: caller.user_id })
      if (!seen) throw fail('message_not_found')
      if (!mayDelete(seen.message, seen.member)) throw fail('forbidden')
      const { conversation_id, rev } = deleteMessage(seen.conversation, draft, seen.message)
      return { message_id, conversation_id, rev }
    },
  })
}

async function hideForMe(
  { db }: Pick<Deps, 'db'>,
  { message_id }: Asked,
  { caller, fail }: Asking,
): Promise<Deleted> {
  const found = await findVisibleMessage(db, message_id, caller.user_id)
  if (!found) throw fail('message_not_found')
  await hideMessage(db, caller.user_id, message_id)
  return { message_id, conversation_id: found.row.conversation_id, rev: found.row.rev }
}
