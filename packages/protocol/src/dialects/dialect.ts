import type * as z from 'zod'
import type { FieldError } from '../errors.ts'
import type { ServerEvent, ServerEventOf } from './events.ts'

type JsonObject = Record<string, unknown>

/** What a socket of a dialect is about: everything of its person, one conversation, or notifications alone. */
export type Channel = 'everything' | 'conversation' | 'notifications'

export const dialectNames = ['marketplace', 'dating', 'community', 'school', 'support'] as const
export type DialectName = (typeof dialectNames)[number]

/** Whose socket it is, and what about. All that is not in a frame itself. */
export interface Scope {
  channel: Channel
  /** Of the path; null for a socket that is not about one. */
  conversation_id: number | null
  viewer: { id: number; email: string | null }
  /** Whether somebody is an agent or an admin. */
  isStaff: (userId: number) => boolean
}

export interface SocketPath {
  /** With a trailing slash; `{conversation_id}` is a parameter. */
  path: string
  channel: Channel
  /** Whether the path without the dialect's name leads here too. */
  isRootDefault: boolean
}

/** A frame for the native socket. */
export type NativeFrame = JsonObject & { type: string }
export type Decoded = { commands: NativeFrame[] } | { faults: FieldError[] }

/** A wire format of clients that were written for another back end: frames in become native ones, native ones become frames out. */
export interface Dialect {
  name: DialectName
  sockets: readonly SocketPath[]
  /** Whether a socket gets back what was sent on it. */
  echoes: boolean
  /** Native commands for a frame, or its faults. Never throws. */
  decode(frame: JsonObject, scope: Scope): Decoded
  /** Frames for a native event; none for what the dialect does not know. */
  encode(event: ServerEvent, scope: Scope): object[]
  /** Whether a socket knows events of a type. */
  knows(type: ServerEvent['type'], scope: Scope): boolean
}

/** Whether an event is for a socket: one that is about a conversation gets nothing of others. */
export function isFor(event: ServerEvent, { conversation_id }: Scope): boolean {
  if (conversation_id === null || !('conversation_id' in event)) return true
  return event.conversation_id === conversation_id
}

/** Two sockets of a dialect whose scopes give the same text here are told the same of an event that is for both. */
export function variantOf(event: ServerEvent, { channel, viewer }: Scope): string {
  const isOwn = event.type === 'chat_message' && event.message.sender.id === viewer.id
  return isOwn ? `${channel} ${viewer.id}` : channel
}

/** How one type of frame is read: its shape, and the native command that it means. */
export interface Inbound<S extends z.ZodObject = z.ZodObject> {
  shape: S
  toNative: (frame: z.output<S>, scope: Scope) => NativeFrame | null
}

export const inbound = <S extends z.ZodObject>(
  shape: S,
  toNative: (frame: z.output<S>, scope: Scope) => NativeFrame | null,
): Inbound => ({ shape, toNative: toNative as Inbound['toNative'] })

/** How events are written, by their type. */
export type Outbound = {
  [T in ServerEvent['type']]?: (event: ServerEventOf<T>, scope: Scope) => object | null
}

export interface DialectTables {
  name: DialectName
  sockets: readonly SocketPath[]
  echoes?: boolean
  /** By the type of the frame; a frame without one is of the type ''. */
  inbound: (scope: Scope) => Readonly<Record<string, Inbound>>
  outbound: (scope: Scope) => Outbound
}

/** A dialect from its two tables. */
export function defineDialect({ echoes = true, inbound, outbound, ...rest }: DialectTables): Dialect {
  return {
    ...rest,
    echoes,
    decode: (frame, scope) => {
      const { type = '' } = frame
      const table = inbound(scope)
      const read = typeof type === 'string' && Object.hasOwn(table, type) ? table[type] : undefined
      if (!read) return { faults: [{ path: 'type', message: 'is not a known type of frame' }] }
      const parsed = read.shape.safeParse(frame, {
        error: ({ input }) => (input == null ? 'is required' : undefined),
      })
      if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) }
      const command = read.toNative(parsed.data, scope)
      return { commands: command ? [command] : [] }
    },
    encode: (event, scope) => {
      if (!isFor(event, scope)) return []
      const write = outbound(scope)[event.type] as
        ((event: ServerEvent, scope: Scope) => object | null) | undefined
      const written = write?.(event, scope) ?? null
      return written === null ? [] : [written]
    },
    knows: (type, scope) => Object.hasOwn(outbound(scope), type),
  }
}

const faultOf = ({ path, message }: z.core.$ZodIssue): FieldError => ({ path: path.join('.'), message })
