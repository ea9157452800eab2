import type * as protocol from '@parley/protocol'
import type { Conversation, Member, Message, Params, Payload, Push, Tokens, User } from '@parley/protocol'
import type { clientFrames, commands, operations } from './generated/operations.ts'

// Everything here follows from the protocol's definitions; nothing is listed a second time.

type Definitions = typeof protocol

type Rpcs = {
  [
    K in keyof Definitions as Definitions[K] extends { kind: 'rpc'; name: infer N extends string } ? N : never
  ]: Definitions[K]
}

type Pushes = {
  [
    K in keyof Definitions as Definitions[K] extends { kind: 'push'; type: infer T extends string }
      ? T
      : never
  ]: Definitions[K] extends Push ? Payload<Definitions[K]> : never
}

type GatewayFrames = Definitions['gatewayFrames']
type ClientFrames = Definitions['clientFrames']
type Fields<S> = S extends { _zod: { input: infer I } } ? I : never

/** Operations that clients may call, by the name of their definition. */
export type OperationName = keyof typeof operations & keyof Rpcs
export type Input<N extends keyof Rpcs> = Rpcs[N] extends protocol.AnyRpc ? Params<Rpcs[N]> : never
type Output<N extends keyof Rpcs> = Rpcs[N] extends protocol.AnyRpc ? protocol.Output<Rpcs[N]> : never

/** What an HTTP call answers: the whole output, or the field of it that the route names as its body. */
export type Result<N extends OperationName> = (typeof operations)[N] extends { status: 204 }
  ? undefined
  : (typeof operations)[N] extends { body: infer B extends keyof Output<N> }
    ? Output<N>[B]
    : Output<N>

/** Frames that the server sends, by type. */
export type ServerFrames = {
  [T in keyof Pushes]: { type: T } & Pushes[T]
} & {
  [T in keyof GatewayFrames]: { type: T } & Payload<Push<string, GatewayFrames[T]['payload']>>
}
export type ServerFrameType = keyof ServerFrames

type Commands = typeof commands
type OwnFrame = (typeof clientFrames)[number]
/** Frames that a client sends, by type. */
export type CommandType = keyof Commands | OwnFrame
export type CommandFields<T extends CommandType> = T extends keyof Commands
  ? Input<Commands[T]['operation']>
  : T extends keyof ClientFrames
    ? Fields<ClientFrames[T]['payload']>
    : never

/** The `ack` of a command, without its `ref`. */
export type Ack<T extends CommandType> = T extends keyof Commands
  ? Pick<
      Output<Commands[T]['operation']>,
      Commands[T]['ack'][number] & keyof Output<Commands[T]['operation']>
    >
  : Record<string, unknown>

export type SendAck = Ack<'chat_message'>
export type SendFields = CommandFields<'chat_message'>

/** A frame as it arrives: only its type is known to be there. */
export interface AnyFrame {
  type: string
  [field: string]: unknown
}

export type { Conversation, Member, Message, Tokens, User }
