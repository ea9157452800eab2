import type { Handler } from '@parley/service-kit'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { addMembersHandler } from './add-members.ts'
import { addReactionHandler } from './add-reaction.ts'
import { checkLaneHandler } from './check-lane.ts'
import { closeConversationHandler } from './close-conversation.ts'
import { closeMatchConversationHandler } from './close-match-conversation.ts'
import { createGroupHandler } from './create-group.ts'
import { deleteMessageHandler } from './delete-message.ts'
import { describeLanesHandler } from './describe-lanes.ts'
import { editMessageHandler } from './edit-message.ts'
import { getConversationHandler } from './get-conversation.ts'
import { getMessageHandler } from './get-message.ts'
import { getThreadHandler } from './get-thread.ts'
import { listConversationsHandler } from './list-conversations.ts'
import { listEditsHandler } from './list-edits.ts'
import { listMembersHandler } from './list-members.ts'
import { listMessagesHandler } from './list-messages.ts'
import { markDeliveredHandler } from './mark-delivered.ts'
import { markReadHandler } from './mark-read.ts'
import { openConversationHandler } from './open-conversation.ts'
import { openDirectHandler } from './open-direct.ts'
import { openMatchConversationHandler } from './open-match-conversation.ts'
import { pullHandler } from './pull.ts'
import { reactHandler } from './react.ts'
import { removeMemberHandler } from './remove-member.ts'
import { removeReactionHandler } from './remove-reaction.ts'
import { sendMessageHandler } from './send-message.ts'
import { setBlockHandler } from './set-block.ts'
import { setMemberRoleHandler } from './set-member-role.ts'
import { setTypingHandler } from './set-typing.ts'
import { syncHandler } from './sync.ts'
import { updateConversationHandler } from './update-conversation.ts'

/** What the owner of a lane answers, in order. */
export const laneHandlers = (deps: Deps): Handler[] => [
  sendMessageHandler(deps),
  editMessageHandler(deps),
  deleteMessageHandler(deps),
  reactHandler(deps),
  addReactionHandler(deps),
  removeReactionHandler(deps),
  markReadHandler(deps),
  markDeliveredHandler(deps),
  setTypingHandler(deps),
  openDirectHandler(deps),
  createGroupHandler(deps),
  setBlockHandler(deps),
  addMembersHandler(deps),
  setMemberRoleHandler(deps),
  removeMemberHandler(deps),
  updateConversationHandler(deps),
  closeConversationHandler(deps),
  closeMatchConversationHandler(deps),
  checkLaneHandler(deps),
]

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
  syncHandler(deps),
  pullHandler(deps),
  describeLanesHandler(deps, config),
]
