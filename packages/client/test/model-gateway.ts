import type { Conversation, Message } from '../src/wire.ts'
import { ada, ben, type Frame, type Peer, ScriptedGateway, welcome } from './scripted-gateway.ts'
import { conversation, message as messageOf, messagePage } from './state-world.ts'

type Stored = Message

/** Small repeatable random numbers: the same seed gives the same run, as far as the network lets it. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** A gateway over a small truth that keeps the contract, on a bad day: what may be lost is, and what may come twice does. */
export class ModelGateway {
  readonly scripted = new ScriptedGateway()
  readonly #random: () => number
  /** Every change: which message, in commit order. A cursor is a place in it. */
  readonly #changes: Stored[] = []
  readonly #messages = new Map<number, Map<number, Stored>>()
  readonly #sent = new Map<string, Stored>()
  readonly #open = new Map<Peer, typeof ada>()
  isCalm = false

  constructor(random: () => number) {
    this.#random = random
    this.scripted.onPeer = (peer) => this.#serve(peer)
    this.scripted.onRequest = (route, authorization) => this.#answer(route, authorization)
  }

  /** The present messages of a conversation, by `seq`. */
  truth(conversationId: number): Stored[] {
    return [...(this.#messages.get(conversationId)?.values() ?? [])].sort((a, b) => a.seq - b.seq)
  }

  /** Somebody edits a message. */
  edit(conversationId: number): void {
    const messages = this.truth(conversationId)
    const message = messages[Math.floor(this.#random() * messages.length)]
    if (!message) return
    const { id, content } = message
    const rev = this.#commit(message, { content: `${content}!` })
    this.#tell({
      type: 'message_edit',
      conversation_id: conversationId,
      message_id: id,
      content: `${content}!`,
      rev,
    })
  }

  /** A conversation as a person sees it who reads what there is when sending. */
  view(conversationId: number, person: typeof ada): Conversation {
    const messages = this.truth(conversationId)
    const read_seq = Math.max(
      0,
      ...messages.filter(({ sender }) => sender.id === person.id).map(({ seq }) => seq),
    )
    const last_message = messages.at(-1) ?? null
    const updated_at = last_message?.created_at ?? conversation().updated_at
    const last_seq = messages.length
    return conversation({
      id: conversationId,
      last_message,
      last_seq,
      read_seq,
      unread_count: last_seq - read_seq,
      updated_at,
    })
  }

  cutAll(): void {
    for (const peer of [...this.#open.keys()]) this.#cut(peer)
  }

  #chance(share: number): boolean {
    return !this.isCalm && this.#random() < share
  }

  #serve(peer: Peer): void {
    const person = peer.credential === 'bearer.access-1' ? ada : ben
    peer.onFrame = (frame) => this.#handle(peer, person, frame)
  }

  #cut(peer: Peer): void {
    this.#open.delete(peer)
    peer.terminate()
  }

  #handle(peer: Peer, person: typeof ada, frame: Frame): void {
    if (this.#chance(0.02)) return this.#cut(peer)
    switch (frame.type) {
      case 'hello':
        // From here on live frames come, also between those of the replay.
        this.#open.set(peer, person)
        peer.send({ ...welcome, user: person })
        return this.#replay(peer, frame['cursor'])
      case 'sync':
        return this.#replay(peer, frame['cursor'])
      case 'pull':
        return this.#pull(peer, frame)
      case 'attach':
        return this.#attach(peer, frame)
      case 'message_edit':
        return this.#edit(peer, frame)
      case 'chat_message':
        return this.#take(peer, person, frame)
    }
  }

  async #answer(route: string, authorization: string | undefined) {
    // What is read is of now; the answer takes its time, and may be lost.
    const url = new URL(route.split(' ')[1] ?? '', 'http://model')
    const person = authorization === 'Bearer access-1' ? ada : ben
    const [, , , id, part] = url.pathname.split('/')
    const items = [...this.#messages.keys()].map((key) => this.view(key, person))
    const whole = id === undefined ? { items, next_cursor: null } : this.view(Number(id), person)
    const page =
      part === 'messages'
        ? messagePage(
            this.truth(Number(id)).map((m) => ({ ...m })),
            url,
          )
        : whole
    const body = part === 'members' ? { items: [], next_cursor: null } : page
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 10))
    return this.#chance(0.1) ? { status: 503, body: { code: 'unavailable' } } : { status: 200, body }
  }

  #attach(peer: Peer, frame: Frame): void {
    if (this.#chance(0.1)) return
    const messages = this.truth(Number(frame['conversation_id']))
    const after = frame['after_rev'] === undefined ? Infinity : Number(frame['after_rev'])
    const changed = messages.filter(({ rev }) => rev > after).sort((a, b) => a.rev - b.rev)
    peer.send(...changed.map(frameOf))
    peer.ack(frame, { rev: Math.max(0, ...messages.map(({ rev }) => rev)) })
  }

  /** A person's edit: refused now and then, for good or not; its ack may be lost. */
  #edit(peer: Peer, frame: Frame): void {
    if (this.#chance(0.1)) return peer.refuse(frame, 'unavailable')
    if (this.#chance(0.1)) return peer.refuse(frame, 'forbidden')
    const id = Number(frame['message_id'])
    const message = [...this.#messages.values()].flatMap((messages) => messages.get(id) ?? [])[0]
    if (!message) return peer.refuse(frame, 'message_not_found')
    const { conversation_id, content: before } = message
    const content = String(frame['content'])
    const rev = before === content ? message.rev : this.#commit(message, { content, is_edited: true })
    if (before !== content)
      this.#tell({ type: 'message_edit', conversation_id, message_id: id, content, edited_at: 'then', rev })
    if (!this.#chance(0.1)) peer.ack(frame, { message_id: id, conversation_id, rev })
  }

  #replay(peer: Peer, cursor: unknown): void {
    const end = this.#changes.length
    const changed = new Set(cursor === undefined ? [] : this.#changes.slice(Number(cursor), end))
    const frames = [...changed].sort((a, b) => a.rev - b.rev).map(frameOf)
    const send = () => {
      for (const [n, due] of frames.entries()) {
        peer.send(due)
        if (n % 5 === 4 && this.#chance(0.05)) return this.#cut(peer)
      }
      peer.send({ type: 'caught_up', cursor: String(end) })
    }
    // What is committed meanwhile overtakes the replay.
    setTimeout(send, this.#random() * 5)
  }

  #pull(peer: Peer, { ref, conversation_id, after_rev }: Frame): void {
    const changed = this.truth(Number(conversation_id))
      .filter(({ rev }) => rev > Number(after_rev))
      .sort((a, b) => a.rev - b.rev)
    const page = changed.slice(0, 3)
    peer.send(...page.map(frameOf))
    const rev = page.at(-1)?.rev ?? Number(after_rev)
    peer.send({
      type: 'response',
      ref,
      result: { conversation_id, rev, has_more: page.length < changed.length },
    })
  }

  #take(peer: Peer, sender: typeof ada, frame: Frame): void {
    if (this.#chance(0.05)) return peer.refuse(frame, 'unavailable')
    if (this.#chance(0.02)) return peer.refuse(frame, 'rate_limited', { retry_after_ms: 20 })
    const key = `${sender.id} ${String(frame['client_id'])}`
    const before = this.#sent.get(key)
    const message = before ?? this.#append(sender, frame)
    this.#sent.set(key, message)
    // Committed, but the reply is lost: with its socket, or alone.
    if (this.#chance(0.05)) return this.#cut(peer)
    if (this.#chance(0.05)) return
    const { id: message_id, conversation_id, seq, rev, created_at } = message
    peer.ack(frame, { message_id, conversation_id, seq, rev, created_at, duplicate: before !== undefined })
    if (this.#chance(0.02)) peer.send({ type: 'goaway', reconnect_in_ms: 50 })
  }

  #append(sender: typeof ada, frame: Frame): Stored {
    const conversation_id = Number(frame['conversation_id'])
    const messages = this.#messages.get(conversation_id) ?? new Map<number, Stored>()
    this.#messages.set(conversation_id, messages)
    const seq = messages.size + 1
    const message = messageOf(seq, {
      id: conversation_id * 1_000 + seq,
      conversation_id,
      rev: 0,
      client_id: String(frame['client_id']),
      content: String(frame['content']),
      sender,
    })
    messages.set(message.id, message)
    this.#commit(message, {})
    this.#tell(frameOf(message))
    return message
  }

  #commit(message: Stored, change: Partial<Stored>): number {
    const all = this.truth(message.conversation_id)
    Object.assign(message, change, { rev: Math.max(...all.map(({ rev }) => rev)) + 1 })
    this.#changes.push(message)
    return message.rev
  }

  #tell(frame: Frame): void {
    for (const peer of [...this.#open.keys()]) {
      if (this.#chance(0.05)) continue
      if (this.#chance(0.05)) peer.send(frame)
      if (this.#chance(0.05)) setTimeout(() => peer.send(frame), 10)
      else peer.send(frame)
    }
  }
}

const frameOf = (message: Stored): Frame => {
  const { conversation_id, seq, rev } = message
  return { type: 'chat_message', conversation_id, seq, rev, message: { ...message } }
}
