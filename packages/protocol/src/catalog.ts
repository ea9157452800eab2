import { changePassword } from './auth/change-password.ts'
import { endSession } from './auth/end-session.ts'
import { exchange } from './auth/exchange.ts'
import { getMe } from './auth/get-me.ts'
import { getUser } from './auth/get-user.ts'
import { issueTicket } from './auth/issue-ticket.ts'
import { listCards } from './auth/list-cards.ts'
import { listStaff } from './auth/list-staff.ts'
import { listEndedSessions } from './auth/list-ended-sessions.ts'
import { listKeys } from './auth/list-keys.ts'
import { listSessions } from './auth/list-sessions.ts'
import { logIn } from './auth/log-in.ts'
import { logOut } from './auth/log-out.ts'
import { redeemOutsideToken } from './auth/redeem-outside-token.ts'
import { redeemTicket } from './auth/redeem-ticket.ts'
import { refresh } from './auth/refresh.ts'
import { register } from './auth/register.ts'
import { searchUsers } from './auth/search-users.ts'
import { sessionEnded } from './auth/session-ended.ts'
import { setRole } from './auth/set-role.ts'
import { updateMe } from './auth/update-me.ts'
import { userChanged } from './auth/user-changed.ts'
import type { AnyRpc, Event, Push } from './define.ts'
import { block } from './matching/block.ts'
import { getProfile } from './matching/get-profile.ts'
import { like } from './matching/like.ts'
import { listBlocks } from './matching/list-blocks.ts'
import { listCandidates } from './matching/list-candidates.ts'
import { listMatches } from './matching/list-matches.ts'
import { matchEnded } from './matching/match-ended.ts'
import { matchMade } from './matching/match-made.ts'
import { pass } from './matching/pass.ts'
import { putProfile } from './matching/put-profile.ts'
import { report } from './matching/report.ts'
import { unblock } from './matching/unblock.ts'
import { undo } from './matching/undo.ts'
import { unmatch } from './matching/unmatch.ts'
import { userBlocked } from './matching/user-blocked.ts'
import { userUnblocked } from './matching/user-unblocked.ts'
import { applyPrivacy } from './messaging/apply-privacy.ts'
import { attach } from './messaging/attach.ts'
import { checkLane } from './messaging/check-lane.ts'
import { closeMatchConversation } from './messaging/close-match-conversation.ts'
import { describeLanes } from './messaging/describe-lanes.ts'
import * as frames from './messaging/frames.ts'
import { getConversation } from './messaging/get-conversation.ts'
import { getMessage } from './messaging/get-message.ts'
import { getPresence } from './messaging/get-presence.ts'
import { getPrivacy } from './messaging/get-privacy.ts'
import { listContacts } from './messaging/list-contacts.ts'
import { listNewerMessages } from './messaging/list-newer-messages.ts'
import { listConversations } from './messaging/list-conversations.ts'
import { listMembers } from './messaging/list-members.ts'
import { listMessages } from './messaging/list-messages.ts'
import { markDelivered } from './messaging/mark-delivered.ts'
import { markRead } from './messaging/mark-read.ts'
import { markUnread } from './messaging/mark-unread.ts'
import { putDraft } from './messaging/put-draft.ts'
import { recountUnread } from './messaging/recount-unread.ts'
import { addReaction } from './messaging/add-reaction.ts'
import { react } from './messaging/react.ts'
import { removeReaction } from './messaging/remove-reaction.ts'
import { deleteMessage } from './messaging/delete-message.ts'
import { editMessage } from './messaging/edit-message.ts'
import { getThread } from './messaging/get-thread.ts'
import { forwardMessage } from './messaging/forward-message.ts'
import { listPins } from './messaging/list-pins.ts'
import { listReaders } from './messaging/list-readers.ts'
import { listSaved } from './messaging/list-saved.ts'
import { pinMessage } from './messaging/pin-message.ts'
import { saveMessage } from './messaging/save-message.ts'
import { unpinMessage } from './messaging/unpin-message.ts'
import { unsaveMessage } from './messaging/unsave-message.ts'
import { listEdits } from './messaging/list-edits.ts'
import { addMembers } from './messaging/add-members.ts'
import { closeConversation } from './messaging/close-conversation.ts'
import { createGroup } from './messaging/create-group.ts'
import { removeMember } from './messaging/remove-member.ts'
import { setMemberRole } from './messaging/set-member-role.ts'
import { updateConversation } from './messaging/update-conversation.ts'
import { getNotificationPreferences } from './messaging/get-notification-preferences.ts'
import { listNotifications } from './messaging/list-notifications.ts'
import { makeNotifications } from './messaging/make-notifications.ts'
import { putNotificationPreferences } from './messaging/put-notification-preferences.ts'
import { readNotifications } from './messaging/read-notifications.ts'
import { sendNotification } from './messaging/send-notification.ts'
import { setBlock } from './messaging/set-block.ts'
import { openConversation } from './messaging/open-conversation.ts'
import { openDirect } from './messaging/open-direct.ts'
import { openMatchConversation } from './messaging/open-match-conversation.ts'
import { openSupport } from './messaging/open-support.ts'
import { pull } from './messaging/pull.ts'
import { reportPresence } from './messaging/report-presence.ts'
import { sendMessage } from './messaging/send-message.ts'
import { setPrivacy } from './messaging/set-privacy.ts'
import { setTyping } from './messaging/set-typing.ts'
import { sync } from './messaging/sync.ts'
import { watch } from './messaging/watch.ts'
import { readinessRpcs } from './ready.ts'

/** Every RPC, by service. The gateway's routes, the reference and the tests walk this list. */
export const rpcs: readonly AnyRpc[] = [
  register,
  logIn,
  exchange,
  refresh,
  logOut,
  listSessions,
  endSession,
  issueTicket,
  redeemTicket,
  redeemOutsideToken,
  changePassword,
  getMe,
  updateMe,
  getUser,
  searchUsers,
  setRole,
  listCards,
  listStaff,
  listKeys,
  listEndedSessions,
  getProfile,
  putProfile,
  listCandidates,
  like,
  pass,
  undo,
  listMatches,
  unmatch,
  block,
  unblock,
  listBlocks,
  report,
  listConversations,
  openConversation,
  getConversation,
  updateConversation,
  closeConversation,
  listMembers,
  addMembers,
  setMemberRole,
  removeMember,
  listMessages,
  sendMessage,
  getMessage,
  editMessage,
  deleteMessage,
  react,
  addReaction,
  removeReaction,
  getThread,
  listEdits,
  forwardMessage,
  pinMessage,
  unpinMessage,
  listPins,
  saveMessage,
  unsaveMessage,
  listSaved,
  listReaders,
  markRead,
  markDelivered,
  markUnread,
  recountUnread,
  putDraft,
  setTyping,
  listNotifications,
  readNotifications,
  sendNotification,
  getNotificationPreferences,
  putNotificationPreferences,
  getPrivacy,
  setPrivacy,
  openMatchConversation,
  closeMatchConversation,
  sync,
  pull,
  attach,
  watch,
  listContacts,
  listNewerMessages,
  describeLanes,
  openDirect,
  openSupport,
  createGroup,
  setBlock,
  applyPrivacy,
  makeNotifications,
  reportPresence,
  getPresence,
  checkLane,
  ...readinessRpcs,
]

export const events: readonly Event[] = [
  userChanged,
  sessionEnded,
  matchMade,
  matchEnded,
  userBlocked,
  userUnblocked,
]

export const pushes: readonly Push[] = Object.values(frames)

export const serviceNames = ['auth', 'matching', 'messaging'] as const
export type ServiceName = (typeof serviceNames)[number]
