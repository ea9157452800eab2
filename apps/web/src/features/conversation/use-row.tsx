import type { LiveConversation } from '@parley/client/state'
import type { ReactElement } from 'react'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import type { PaneActions } from './intent.ts'
import { MessageRow } from './message-row.tsx'
import { useReceipt } from './receipts.ts'
import type { Row } from './rows.ts'

/** Draws a row of a conversation: the list of it and a thread differ in what is asked of a message. */
export function useRow(conversation: LiveConversation, actions: PaneActions): (row: Row) => ReactElement {
  const me = useMe()
  const receiptOf = useReceipt(conversation)
  const isDirect = useSource(conversation.view)?.kind === 'direct'
  return (row) => (
    <MessageRow
      key={row.key}
      row={row}
      isOwn={row.message.sender.id === me.id}
      isDirect={isDirect}
      receipt={receiptOf(row.message)}
      conversation={conversation}
      actions={actions}
    />
  )
}
