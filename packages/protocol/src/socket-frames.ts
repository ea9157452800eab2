import * as z from 'zod'
import { User } from './auth/types.ts'
import { Id, optional, Seq, text, type Timestamp } from './ids.ts'
import { limits } from './limits.ts'
import { SyncCursor } from './messaging/sync.ts'

/** Text of the client that comes back in the `ack`, `response` or `error`. */
export const Ref = optional(text(1, limits.ref_chars))

/**
 * `matches`: `new_match` and `match_removed`; `notifications`: `notify`; `conversations`: everything else that the
 * socket did not ask for by name.
 */
export const SubscriptionType = z.enum(['matches', 'conversations', 'notifications'])
export type SubscriptionType = z.output<typeof SubscriptionType>

/** Frames that the gateway itself answers, by type. All others call an RPC (`socket` of its definition). */
export const clientFrames = {
  authenticate: {
    summary: 'A credential: first frame of a socket without one, or a renewed token of the same session',
    payload: z
      .object({ token: optional(text(1, 8_192)), ticket: optional(text(1, 256)) })
      .refine((f) => f.token !== undefined || f.ticket !== undefined, {
        path: ['token'],
        message: 'token or ticket is required',
      }),
  },
  hello: {
    summary: 'Opens the session: `welcome`, what was missed since `cursor`, `caught_up`',
    payload: z.object({ cursor: SyncCursor, capabilities: optional(z.array(text(1, 64)).max(32)) }),
  },
  ping: { summary: 'Answered by `pong`', payload: z.object({ timestamp: z.unknown().optional() }) },
  sync: {
    summary: 'What changed since `cursor`, then `caught_up`',
    payload: z.object({ cursor: SyncCursor }),
  },
  pull: {
    summary: 'Repairs one conversation: frames, then `response`',
    payload: z.object({
      conversation_id: Id,
      after_rev: z.int().min(0),
      limit: optional(z.int().min(1).max(limits.page.max)),
    }),
  },
  attach: {
    summary:
      'Looks at a conversation: what changed after `after_rev`, then `ack` with its `rev`, from where on every frame comes; 3 at most a socket, after `hello`',
    payload: z.object({ conversation_id: Id, after_rev: optional(Seq) }),
  },
  detach: {
    summary: 'Looks at a conversation no more',
    payload: z.object({ conversation_id: Id }),
  },
  presence: {
    summary: "This socket's state; a person is online with any online socket",
    payload: z.object({ status: z.enum(['online', 'away']) }),
  },
  watch: {
    summary:
      'Whose `user_status` this socket wants; replaces the list before. One comes for each who may be seen, then changes; who may be seen again later is by the next `watch`',
    payload: z.object({ user_ids: z.array(Id).max(limits.watch) }),
  },
  subscribe: {
    summary: 'Narrows what this socket gets to what it has subscribed to; without any, it gets all',
    payload: z.object({ subscription_type: SubscriptionType }),
  },
  unsubscribe: {
    summary: 'Takes one kind of frames away from what this socket gets',
    payload: z.object({ subscription_type: SubscriptionType }),
  },
  request: {
    summary: 'Any operation of the HTTP API by its `operationId`',
    payload: z.object({
      method: text(1, 128),
      params: optional(z.record(z.string(), z.unknown())),
    }),
  },
} as const
export type ClientFrameType = keyof typeof clientFrames

/** Frames that the gateway itself sends. */
export const gatewayFrames = {
  welcome: {
    summary: 'The session is open',
    payload: z.object({
      session_id: z.string(),
      user: User,
      heartbeat_ms: z.int(),
      epoch: z.string(),
      limits: z.object({
        frame_bytes: z.int(),
        content_chars: z.int(),
        sends_per_second: z.number(),
        burst: z.int(),
        watch: z.int(),
        sockets_per_user: z.int(),
        attached: z.int(),
      }),
    }),
  },
  caught_up: { summary: 'Everything up to `cursor` was sent', payload: z.object({ cursor: z.string() }) },
  reset: { summary: 'Local state cannot be continued: reload', payload: z.object({ reason: z.string() }) },
  ack: {
    summary: 'A command is done and committed; further fields depend on the command',
    payload: z.looseObject({ ref: Ref }),
  },
  response: {
    summary: 'The result of a `request` or `pull`',
    payload: z.object({ ref: Ref, result: z.unknown() }),
  },
  error: {
    summary: 'A command was refused',
    payload: z.object({
      ref: Ref,
      client_id: z.string().optional(),
      code: z.string(),
      message: z.string(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      retry_after_ms: z.int().optional(),
      trace_id: z.string().optional(),
    }),
  },
  pong: { summary: 'Answer to `ping`', payload: z.object({ timestamp: z.unknown().optional() }) },
  goaway: {
    summary: 'A deploy: after `reconnect_in_ms` open a second socket, resume there, close this one',
    payload: z.object({ reconnect_in_ms: z.int() }),
  },
} as const

/** A time as it stands in frames and bodies. */
export const timestamp = (date: Date): z.output<typeof Timestamp> => date.toISOString()
