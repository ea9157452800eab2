import type { LocalChange } from '../local-changes.ts'
import type { LocalMessage } from '../local-messages.ts'
import type { Message, SendFields, User } from '../wire.ts'
import { afterOperation } from './message-changes.ts'

/** A message as it is to be shown: what the server has said, and over it what was done here and is not confirmed. */
export interface ShownMessage extends Omit<Message, 'id' | 'seq' | 'rev'> {
  /** Null, as `seq` and `rev`, until the server has the message; `client_id` names it before and after. */
  id: number | null
  seq: number | null
  rev: number | null
  /** `stored`: it is among the received ones. The others are those of one's own messages on their way. */
  state: 'stored' | LocalMessage['state']
  /** Whether changes made here are not confirmed. */
  is_pending: boolean
  /** Why it was refused. */
  error: LocalMessage['error'] | null
}

/** Shown messages without pending changes, so that one that did not change stays the same object. */
const settled = new WeakMap<Message, ShownMessage>()

const stored = (message: Message): ShownMessage => {
  let shown = settled.get(message)
  if (!shown) settled.set(message, (shown = { ...message, state: 'stored', is_pending: false, error: null }))
  return shown
}

export interface ShownParts {
  messages: readonly Message[]
  local: readonly LocalMessage[]
  changes: readonly LocalChange[]
  me: User | undefined
}

/** Stored messages in their order, then one's own that have not come back, in the order of sending. */
export function showMessages({ messages, local, changes, me }: ShownParts): readonly ShownMessage[] {
  const known = new Set(local.length > 0 ? messages.map(({ client_id }) => client_id) : [])
  const unsent = local.filter(({ client_id }) => !known.has(client_id))
  const all = [...messages.map(stored), ...unsent.flatMap((message) => (me ? fromLocal(message, me) : []))]
  if (changes.length === 0 || !me) return all
  return all.flatMap((message) => withChanges(message, { changes, me }))
}

function withChanges(
  message: ShownMessage,
  { changes, me }: { changes: readonly LocalChange[]; me: User },
): ShownMessage[] {
  const own = changes.filter(({ message_id, client_id }) =>
    message_id === null || message.id === null
      ? client_id !== null && client_id === message.client_id
      : message_id === message.id,
  )
  if (own.some(({ operation }) => operation.type === 'hide')) return []
  const start = own.length > 0 ? { ...message, is_pending: true } : message
  return [
    own.reduce(
      (shown, { operation, made_at }) => afterOperation(shown, operation, { user_id: me.id, at: made_at }),
      start,
    ),
  ]
}

function fromLocal(
  { client_id, fields, created_at, state, ack, error }: LocalMessage,
  me: User,
): ShownMessage {
  const { id, username, first_name, last_name, profile_picture } = me
  return {
    id: ack?.message_id ?? null,
    conversation_id: ack?.conversation_id ?? fields.conversation_id ?? 0,
    seq: ack?.seq ?? null,
    rev: ack?.rev ?? null,
    client_id,
    kind: 'text',
    content: fields.content ?? '',
    sender: { id, username, first_name, last_name, profile_picture },
    parent_message_id: fields.parent_message_id ?? null,
    attachments: attachmentsOf(fields),
    reactions: {},
    reply_count: 0,
    mentions: [],
    quote: null,
    forwarded_from: null,
    system: null,
    created_at: ack?.created_at ?? created_at,
    is_edited: false,
    edited_at: null,
    is_deleted: false,
    state,
    is_pending: false,
    error: error ?? null,
  }
}

const attachmentsOf = ({ attachments }: SendFields): Message['attachments'] =>
  (attachments ?? []).map(({ url, name }) => ({
    id: '',
    url,
    name: name ?? null,
    content_type: null,
    size: null,
  }))
