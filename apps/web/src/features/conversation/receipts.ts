import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'

export type Receipt = 'read' | 'delivered' | 'sent' | 'sending' | 'failed' | undefined

/** What became of the newest of one's own messages, and of those on their way; others say nothing. */
export function useReceipt(conversation: LiveConversation): (message: ShownMessage) => Receipt {
  const me = useMe()
  const members = useSource(conversation.members)
  const messages = useSource(conversation.messages)
  const others = members.filter(({ user }) => user.id !== me.id)
  const last = messages.findLast(
    ({ sender, kind, state }) => sender.id === me.id && kind === 'text' && state === 'stored',
  )
  return ({ state, seq, id }) => {
    if (state === 'sending' || state === 'failed') return state
    if (state === 'sent') return 'sent'
    if (id === null || id !== last?.id || seq === null) return undefined
    if (others.length > 0 && others.every(({ read_seq }) => read_seq >= seq)) return 'read'
    return others.some(({ delivered_seq }) => delivered_seq >= seq) ? 'delivered' : 'sent'
  }
}
