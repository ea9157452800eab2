import { clientFrames, type ClientFrameType } from '@parley/protocol'
import { invalidInput, RpcError, type TraceSpan } from '@parley/service-kit'
import type { JsonObject } from '../json.ts'
import { ackText, type Asked } from './answers.ts'
import type { Peer } from './peer.ts'

/** One frame of a client, and the socket that it came by. */
export interface Command {
  peer: Peer
  frame: JsonObject
  asked: Asked
  traceId: string
  /** Where the trace is kept. */
  span: TraceSpan | undefined
}

/** Does what a frame asks. What it throws becomes an `error` frame. */
export type Run = (command: Command) => Promise<void>

export const invalid = (path: string, message: string): RpcError =>
  new RpcError('invalid', { errors: [{ path, message }] })

/** The fields of a frame of the gateway's own. */
export function readFields(type: ClientFrameType, frame: JsonObject): JsonObject {
  const result = clientFrames[type].payload.safeParse(frame)
  if (!result.success) throw invalidInput(result.error)
  return result.data as JsonObject
}

/** A frame with nothing to tell is acknowledged where a `ref` asks for it. */
export function acknowledge({ peer, asked }: Pick<Command, 'peer' | 'asked'>): void {
  if (asked.ref !== undefined) peer.send(ackText(asked, '{}'))
}
