import type * as z from 'zod'
import type { Payload, Push } from '../define.ts'
import type { ErrorBody } from '../errors.ts'
import type {
  bump,
  chatMessage,
  conversationUpdate,
  messageDelete,
  messageEdit,
  messageReaction,
  newMatch,
  notify,
  readReceipt,
  typingIndicator,
  userStatus,
} from '../messaging/frames.ts'
import type { gatewayFrames } from '../socket-frames.ts'

type Told<P extends Push> = { type: P['type'] } & Payload<P>

/** What the native socket sends, as far as a dialect may know it. */
export type ServerEvent =
  | Told<typeof chatMessage>
  | Told<typeof messageEdit>
  | Told<typeof messageDelete>
  | Told<typeof messageReaction>
  | Told<typeof readReceipt>
  | Told<typeof typingIndicator>
  | Told<typeof userStatus>
  | Told<typeof newMatch>
  | Told<typeof conversationUpdate>
  | Told<typeof notify>
  /** Of a conversation that is too large to tell each member what is new in it. */
  | Told<typeof bump>
  | ({ type: 'pong' } & z.output<typeof gatewayFrames.pong.payload>)
  /** A message of one's own that was sent on this socket is stored. */
  | { type: 'ack'; message_id: number }
  | ({ type: 'error' } & Pick<ErrorBody, 'code' | 'errors'> & { message: string })

export type ServerEventOf<T extends ServerEvent['type']> = Extract<ServerEvent, { type: T }>
