import type { Ack, AnyFrame, Conversation, Message, ServerFrames } from '../wire.ts'
import type { ConversationStore } from './conversation-store.ts'
import { afterFrame, isMessageFrame, type MessageFrame } from './message-changes.ts'

export interface ConversationFramesOptions {
  store: ConversationStore
  me: () => number | undefined
  /** Others' messages above a `seq`, where that can be told from what is loaded. */
  countAbove: (id: number, seq: number) => number | undefined
}

/** What frames mean for the list: who moved up, what is unread, who left. What they leave open is asked for. */
export class ConversationFrames {
  readonly #options: ConversationFramesOptions

  constructor(options: ConversationFramesOptions) {
    this.#options = options
  }

  apply(frame: AnyFrame): void {
    if (isMessageFrame(frame)) return this.#message(frame)
    // The server's frames are what the protocol says.
    switch (frame.type) {
      case 'conversation_update':
        return this.#update(frame as unknown as ServerFrames['conversation_update'])
      case 'read_receipt':
        return this.#receipt(frame as unknown as ServerFrames['read_receipt'])
      case 'bump':
        return this.#bump(frame as unknown as ServerFrames['bump'])
    }
  }

  /** The person has read up to a message, here or elsewhere. */
  read(id: number, seq: number): void {
    const { store, countAbove } = this.#options
    const known = store.find(id)
    if (!known || seq <= known.read_seq) return
    const isAll = seq >= known.last_seq
    const unread_count = isAll || known.unread_count === 0 ? 0 : countAbove(id, seq)
    store.set({ ...known, read_seq: seq, unread_count: unread_count ?? known.unread_count })
    if (unread_count === undefined) store.want(id)
  }

  /** The server has the watermark that `read` has moved. */
  readAcknowledged({ conversation_id, read_seq, unread_count }: Ack<'read_receipt'>): void {
    const { store } = this.#options
    const known = store.find(conversation_id)
    if (known && read_seq >= known.last_seq && known.unread_count !== unread_count)
      store.set({ ...known, unread_count })
  }

  #message(frame: MessageFrame): void {
    const { store } = this.#options
    const { conversation_id: id } = frame
    const known = store.find(id)
    if (!known) {
      if (store.follows(id) && frame.type === 'chat_message') store.want(id, frame.seq)
      return
    }
    if (frame.type === 'chat_message' && frame.seq > known.last_seq) return this.#newest(known, frame.message)
    const last = known.last_message
    const messageId = frame.type === 'chat_message' ? frame.message.id : frame.message_id
    if (last?.id !== messageId || last.rev >= frame.rev) return
    const last_message = frame.type === 'chat_message' ? frame.message : afterFrame(last, frame)
    store.set({ ...known, last_message })
  }

  #newest(known: Conversation, message: Message): void {
    const { store, me } = this.#options
    const { id } = known
    const { kind, seq, sender, created_at } = message
    const updated_at = created_at > known.updated_at ? created_at : known.updated_at
    const next = { ...known, last_seq: seq, last_message: message, updated_at }
    // Sending moves one's own watermark; a note of what one has done is no send.
    if (kind === 'text' && sender.id === me()) return store.set({ ...next, read_seq: seq, unread_count: 0 })
    const counts = kind === 'text' && seq > known.read_seq
    store.set({ ...next, unread_count: known.unread_count + (counts ? 1 : 0) })
    // In a replay those between may come later, or belong to somebody else.
    if (seq > known.last_seq + 1) store.want(id)
  }

  #update({ event, conversation }: ServerFrames['conversation_update']): void {
    const { store } = this.#options
    const { id } = conversation
    const known = store.find(id)
    if (event === 'conversation.member_left') {
      if (conversation.participants.length === 0) return store.remove(id)
      // To the one who leaves, the conversation looks as it did before: only the server can tell.
      if (!known && store.follows(id)) return store.want(id)
      if (known && conversation.member_count >= known.member_count) store.want(id)
    }
    if (known || store.follows(id)) store.take(conversation)
  }

  #receipt({ conversation_id, seq, user_id }: ServerFrames['read_receipt']): void {
    if (user_id === this.#options.me()) this.read(conversation_id, seq)
  }

  /** Of a large conversation only the counters come: its newest message stays as it was last seen. */
  #bump({ conversation_id, last_seq }: ServerFrames['bump']): void {
    const { store } = this.#options
    const known = store.find(conversation_id)
    if (!known) {
      if (store.follows(conversation_id)) store.want(conversation_id, last_seq)
      return
    }
    if (last_seq <= known.last_seq) return
    const unread_count = known.unread_count + last_seq - known.last_seq
    store.set({ ...known, last_seq, unread_count })
  }
}
