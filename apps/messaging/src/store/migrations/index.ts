import type { Migration } from 'kysely/migration'
import * as conversations from './0001-conversations.ts'
import * as appendBatch from './0002-append-batch.ts'
import * as privacy from './0003-privacy.ts'
import * as lastSeen from './0004-last-seen.ts'
import * as staff from './0005-staff.ts'
import * as support from './0006-support.ts'
import * as notifications from './0007-notifications.ts'
import * as savedMessages from './0008-saved-messages.ts'
import * as keepOutboxAsOwner from './0009-keep-outbox-as-owner.ts'
import * as hiddenMessages from './0010-hidden-messages.ts'
import * as blockVersion from './0011-block-version.ts'

export const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
  '0002-append-batch': appendBatch,
  '0003-privacy': privacy,
  '0004-last-seen': lastSeen,
  '0005-staff': staff,
  '0006-support': support,
  '0007-notifications': notifications,
  '0008-saved-messages': savedMessages,
  '0009-keep-outbox-as-owner': keepOutboxAsOwner,
  '0010-hidden-messages': hiddenMessages,
  '0011-block-version': blockVersion,
}
