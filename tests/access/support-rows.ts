import { insideOnly, type SupportOutcomes } from './support-viewers.ts'

const NO_CONVERSATION = 'conversation_not_found'
const NO_MESSAGE = 'message_not_found'
const seen = insideOnly(NO_CONVERSATION)
const seenMessage = insideOnly(NO_MESSAGE)
const byAuthor = insideOnly(NO_MESSAGE, { agent: 'forbidden', admin: 'forbidden' })
/** What is for groups. */
const nobody = insideOnly(NO_CONVERSATION, { person: 'forbidden', agent: 'forbidden', admin: 'forbidden' })
const anybody: SupportOutcomes = { ...seen, stranger: 'ok', former_agent: 'ok' }

/** What each viewer gets of the person's support conversation; what is asked stands in the matrix of all operations. */
export const supportOperations: Record<string, SupportOutcomes> = {
  'messaging.get_conversation': seen,
  'messaging.update_conversation': nobody,
  'messaging.close_conversation': insideOnly(NO_CONVERSATION, { person: 'forbidden' }),
  'messaging.list_members': seen,
  'messaging.add_members': nobody,
  'messaging.set_member_role': nobody,
  'messaging.remove_member': nobody,
  'messaging.list_messages': seen,
  'messaging.send_message': seen,
  'messaging.mark_read': seen,
  'messaging.mark_delivered': seen,
  'messaging.mark_unread': seen,
  'messaging.recount_unread': seen,
  'messaging.put_draft': seen,
  'messaging.list_pins': seen,
  'messaging.get_message': seenMessage,
  'messaging.edit_message': byAuthor,
  'messaging.delete_message': byAuthor,
  'messaging.add_reaction': seenMessage,
  'messaging.remove_reaction': seenMessage,
  'messaging.get_thread': seenMessage,
  'messaging.list_edits': seenMessage,
  'messaging.pin_message': seenMessage,
  'messaging.unpin_message': seenMessage,
  'messaging.save_message': seenMessage,
  'messaging.unsave_message': anybody,
  'messaging.forward_message': seenMessage,
  'messaging.list_readers': seenMessage,
}

export const supportFrames: Record<string, SupportOutcomes> = {
  pull: seen,
  attach: seen,
  detach: anybody,
  request: seen,
  chat_message: seen,
  message_edit: byAuthor,
  message_delete: byAuthor,
  message_reaction: seenMessage,
  read_receipt: seenMessage,
  delivery_receipt: seenMessage,
  typing_indicator: seen,
}
