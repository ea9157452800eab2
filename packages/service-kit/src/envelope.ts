// One request on the bus is one line of JSON; a batch is many lines. A reply has one line a request, in order:
//
//   {"rpc":"messaging.send_message","caller":{…},"trace_id":"…","timeout_ms":5000,"pick":"ack","input":{…}}
//   +{"message_id":…}            the output, or the fields of it that an `ack` carries
//   -{"code":"forbidden"}        an error
//
// The reply to an RPC with `frames` goes on with one socket frame a line. JSON text holds no raw line feed.
import type { Caller, ErrorBody } from '@parley/protocol'

/** Where a request came from, as the gateway saw it: for limits and for the list of sessions, never for identity. */
export interface Client {
  address: string
  /** The User-Agent. */
  device?: string | undefined
  /** The page that asks, as its browser says. */
  origin?: string | undefined
}

export interface RequestLine {
  rpc: string
  caller?: Caller | undefined
  client?: Client | undefined
  trace_id: string
  /** Of the span that asks, where the trace is kept. One message carries many requests, so it stands here and not in its headers. */
  traceparent?: string | undefined
  timeout_ms: number
  /** `ack`: only the fields that the RPC's socket frame names. */
  pick?: 'ack' | undefined
  input: unknown
}

export const okLine = (json: string): string => `+${json}`
export const errorLine = (error: ErrorBody): string => `-${JSON.stringify(error)}`
export const isOkLine = (line: string): boolean => line.startsWith('+')
/** The JSON text of a reply line. */
export const lineJson = (line: string): string => line.slice(1)
