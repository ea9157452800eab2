import type { ClientOptions } from '../src/options.ts'
import { ParleyState } from '../src/state.ts'
import type { Conversation, Message } from '../src/wire.ts'
import { ada, ben, type Frame } from './scripted-gateway.ts'
import { room, world, type World } from './world.ts'

/** A card is all of a person that others see. */
const cardOf = ({ id, username, first_name, last_name, profile_picture }: typeof ada) => ({
  id,
  username,
  first_name,
  last_name,
  profile_picture,
})

/** Ben's message in the room, unless said. */
export const message = (seq: number, fields: Partial<Message> = {}): Message => ({
  id: seq * 256,
  conversation_id: room,
  seq,
  rev: seq,
  client_id: null,
  kind: 'text',
  content: `message ${seq}`,
  sender: cardOf(ben),
  parent_message_id: null,
  attachments: [],
  reactions: {},
  reply_count: 0,
  mentions: [],
  quote: null,
  forwarded_from: null,
  system: null,
  created_at: `2026-01-01T00:00:${String(seq % 60).padStart(2, '0')}.000Z`,
  is_edited: false,
  edited_at: null,
  is_deleted: false,
  ...fields,
})

export const own = { sender: cardOf(ada) }

export const frameOf = (told: Message): Frame => {
  const { conversation_id, seq, rev } = told
  return { type: 'chat_message', conversation_id, seq, rev, message: told }
}

export const edited = (rev: number, seq: number, content: string): Frame => ({
  type: 'message_edit',
  conversation_id: room,
  message_id: seq * 256,
  content,
  rev,
  edited_at: '2026-01-01T00:01:00.000Z',
})

/** The room with Ada and Ben, unless said. */
export const conversation = (fields: Partial<Conversation> = {}): Conversation => ({
  id: room,
  kind: 'direct',
  title: null,
  picture: null,
  participants: [cardOf(ada), cardOf(ben)],
  member_count: 2,
  last_message: null,
  last_seq: 0,
  unread_count: 0,
  read_seq: 0,
  muted_until: null,
  is_pinned: false,
  is_archived: false,
  draft: null,
  pinned_message_ids: [],
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  state: 'open',
  ...fields,
})

/** A world whose gateway has conversations, by HTTP; what a test changes in `messages` is what the next page says. */
export interface StateWorld extends World {
  state: ParleyState
  conversations: Map<number, Conversation>
  messages: Message[]
  /** Waited for before a page of messages is answered. */
  gate: Promise<void>
}

export async function stateWorld(options: Partial<ClientOptions> = {}): Promise<StateWorld> {
  const base = await world(options)
  const w: StateWorld = {
    ...base,
    state: new ParleyState(base.client),
    conversations: new Map([[room, conversation()]]),
    messages: [],
    gate: Promise.resolve(),
  }
  const marks = {
    role: 'member' as const,
    joined_at: conversation().created_at,
    read_seq: 0,
    delivered_seq: 0,
  }
  w.gateway.onRequest = async (route) => {
    const url = new URL(route.split(' ')[1] ?? '', 'http://gateway')
    const [, id, part] = /^\/api\/conversations(?:\/(\d+))?(?:\/(\w+))?$/.exec(url.pathname) ?? []
    if (!url.pathname.startsWith('/api/conversations')) return undefined
    if (id === undefined) return { status: 200, body: listPage(w, url) }
    const view = w.conversations.get(Number(id))
    if (!view) return { status: 404, body: { code: 'conversation_not_found' } }
    if (part === 'members') {
      const items = view.participants.map((user) => ({ user, ...marks }))
      return { status: 200, body: { items, next_cursor: null } }
    }
    if (part !== 'messages') return { status: 200, body: view }
    // As a database does: the page is of the moment at which it was asked for.
    const body = messagePage(w.messages, url)
    await w.gate
    return { status: 200, body }
  }
  return w
}

function listPage({ conversations }: StateWorld, url: URL) {
  const isAsked = (view: Conversation) => !url.searchParams.has('unread') || view.unread_count > 0
  const all = [...conversations.values()]
    .filter(isAsked)
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at))
  const from = Number(url.searchParams.get('cursor') ?? 0)
  const to = from + Number(url.searchParams.get('limit'))
  return { items: all.slice(from, to), next_cursor: to < all.length ? String(to) : null }
}

export function messagePage(messages: readonly Message[], url: URL) {
  const before = Number(url.searchParams.get('before_seq') ?? Infinity)
  const limit = Number(url.searchParams.get('limit'))
  const older = messages.filter(({ seq }) => seq < before).sort((a, b) => a.seq - b.seq)
  const items = older.slice(-limit)
  return { items, next_cursor: older.length > items.length ? (items[0]?.seq ?? null) : null }
}
