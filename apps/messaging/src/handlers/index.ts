import type { Handler } from '@parley/service-kit'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { addMembersHandler } from './add-members.ts'
import { addReactionHandler } from './add-reaction.ts'
import { applyPrivacyHandler } from './apply-privacy.ts'
import { attachHandler } from './attach.ts'
import { checkLaneHandler } from './check-lane.ts'
import { closeConversationHandler } from './close-conversation.ts'
import { closeMatchConversationHandler } from './close-match-conversation.ts'
import { createGroupHandler } from './create-group.ts'
import { deleteMessageHandler } from './delete-message.ts'
import { describeLanesHandler } from './describe-lanes.ts'
import { editMessageHandler } from './edit-message.ts'
import { forwardMessageHandler } from './forward-message.ts'
import { getConversationHandler } from './get-conversation.ts'
import { getMessageHandler } from './get-message.ts'
import { getNotificationPreferencesHandler } from './get-notification-preferences.ts'
import { getPresenceHandler } from './get-presence.ts'
import { getPrivacyHandler } from './get-privacy.ts'
import { getThreadHandler } from './get-thread.ts'
import { listContactsHandler } from './list-contacts.ts'
import { listConversationsHandler } from './list-conversations.ts'
import { listEditsHandler } from './list-edits.ts'
import { listMembersHandler } from './list-members.ts'
import { listMessagesHandler } from './list-messages.ts'
import { listNewerMessagesHandler } from './list-newer-messages.ts'
import { listNotificationsHandler } from './list-notifications.ts'
import { listPinsHandler } from './list-pins.ts'
import { listReadersHandler } from './list-readers.ts'
import { listSavedHandler } from './list-saved.ts'
import { makeNotificationsHandler } from './make-notifications.ts'
import { markDeliveredHandler } from './mark-delivered.ts'
import { markReadHandler } from './mark-read.ts'
import { markUnreadHandler } from './mark-unread.ts'
import { openConversationHandler } from './open-conversation.ts'
import { openDirectHandler } from './open-direct.ts'
import { openMatchConversationHandler } from './open-match-conversation.ts'
import { openSupportHandler } from './open-support.ts'
import { pinMessageHandler } from './pin-message.ts'
import { pullHandler } from './pull.ts'
import { putDraftHandler } from './put-draft.ts'
import { putNotificationPreferencesHandler } from './put-notification-preferences.ts'
import { reactHandler } from './react.ts'
import { readNotificationsHandler } from './read-notifications.ts'
import { recountUnreadHandler } from './recount-unread.ts'
import { removeMemberHandler } from './remove-member.ts'
import { removeReactionHandler } from './remove-reaction.ts'
import { saveMessageHandler } from './save-message.ts'
import { reportPresenceHandler } from './report-presence.ts'
import { sendMessageHandler } from './send-message.ts'
import { createSendOnce } from './send-once.ts'
import { sendNotificationHandler } from './send-notification.ts'
import { setBlockHandler } from './set-block.ts'
import { setMemberRoleHandler } from './set-member-role.ts'
import { setPrivacyHandler } from './set-privacy.ts'
import { setTypingHandler } from './set-typing.ts'
import { syncHandler } from './sync.ts'
import { unpinMessageHandler } from './unpin-message.ts'
import { unsaveMessageHandler } from './unsave-message.ts'
import { updateConversationHandler } from './update-conversation.ts'
import { watchHandler } from './watch.ts'

/** What the owner of a lane answers, in order. */
export function laneHandlers(deps: Deps): Handler[] {
  const sendOnce = createSendOnce(deps)
  return [
    sendMessageHandler(sendOnce),
    forwardMessageHandler(sendOnce),
    editMessageHandler(deps),
    deleteMessageHandler(deps),
    reactHandler(deps),
    addReactionHandler(deps),
    removeReactionHandler(deps),
    pinMessageHandler(deps),
    unpinMessageHandler(deps),
    markReadHandler(deps),
    markDeliveredHandler(deps),
    markUnreadHandler(deps),
    recountUnreadHandler(deps),
    putDraftHandler(deps),
    setTypingHandler(deps),
    attachHandler(deps),
    openDirectHandler(deps),
    createGroupHandler(deps),
    openSupportHandler(deps),
    setBlockHandler(deps),
    addMembersHandler(deps),
    setMemberRoleHandler(deps),
    removeMemberHandler(deps),
    updateConversationHandler(deps),
    closeConversationHandler(deps),
    closeMatchConversationHandler(deps),
    applyPrivacyHandler(deps),
    makeNotificationsHandler(deps),
    reportPresenceHandler(deps),
    getPresenceHandler(deps),
    checkLaneHandler(deps),
  ]
}

/** What any messaging process answers. */
export const sharedHandlers = (deps: Deps, config: Config): Handler[] => [
  openConversationHandler(deps),
  openMatchConversationHandler(deps),
  listConversationsHandler(deps),
  getConversationHandler(deps),
  listMembersHandler(deps),
  listMessagesHandler(deps),
  getMessageHandler(deps),
  getThreadHandler(deps),
  listEditsHandler(deps),
  listPinsHandler(deps),
  listReadersHandler(deps),
  listSavedHandler(deps),
  saveMessageHandler(deps),
  unsaveMessageHandler(deps),
  listNotificationsHandler(deps),
  readNotificationsHandler(deps),
  sendNotificationHandler(deps),
  getNotificationPreferencesHandler(deps),
  putNotificationPreferencesHandler(deps),
  getPrivacyHandler(deps),
  setPrivacyHandler(deps),
  watchHandler(deps),
  listContactsHandler(deps),
  listNewerMessagesHandler(deps),
  syncHandler(deps),
  pullHandler(deps),
  describeLanesHandler(deps, config),
]
