import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { preview } from '@parley/markdown'
import { useSource } from '../../app/use-source.ts'
import { nameOf } from '../../people.ts'

/** The words of another message that a message brings with it, as they were. */
export function Quoted({
  quote,
  conversation,
}: {
  quote: NonNullable<ShownMessage['quote']>
  conversation: LiveConversation
}) {
  const people = useSource(conversation.view)?.participants ?? []
  const by = people.find(({ id }) => id === quote.sender_id)
  return (
    <blockquote className="mb-1.5 border-l-3 border-current/40 pl-2.5 text-sm">
      {by && <span className="block font-semibold">{nameOf(by)}</span>}
      <span className="line-clamp-2 wrap-anywhere opacity-90">{preview(quote.content)}</span>
    </blockquote>
  )
}
