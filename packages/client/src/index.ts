export type {
  Candidate,
  Card,
  Conversation,
  FieldError,
  Match,
  Member,
  Message,
  Notification,
  Remedy,
  Tokens,
  User,
} from '@parley/protocol'
export { ParleyClient } from './client.ts'
export type { ClosedReason } from './close-codes.ts'
export type { Environment, Socket, SocketConstructor, SocketEvent } from './environment.ts'
export { RpcError, type RpcErrorCode } from './errors.ts'
export { limits } from './generated/operations.ts'
export type { CallOptions } from './http.ts'
export type { LocalMessage } from './local-messages.ts'
export type { State as ConnectionState } from './machine.ts'
export type { ClientOptions, MessageExtras, Sending } from './options.ts'
export type { Signal, Signals } from './signals.ts'
export type { Source } from './source.ts'
export { type ClientStorage, memoryStorage } from './storage.ts'
export type {
  Ack,
  CommandFields,
  CommandType,
  Input,
  OperationName,
  Result,
  SendAck,
  SendFields,
  ServerFrames,
  ServerFrameType,
} from './wire.ts'
