import { authRows } from './auth-rows.ts'
import { conversationRows } from './conversation-rows.ts'
import { keptRows } from './kept-rows.ts'
import { matchingRows } from './matching-rows.ts'
import { messageRows } from './message-rows.ts'
import { notificationRows } from './notification-rows.ts'
import { personalRows } from './personal-rows.ts'
import type { Rows } from './rows.ts'

export { frameRows } from './frame-rows.ts'

/** Every operation that HTTP reaches, by its name. */
export const operationRows: Rows = {
  ...authRows,
  ...matchingRows,
  ...conversationRows,
  ...messageRows,
  ...keptRows,
  ...notificationRows,
  ...personalRows,
}
