import type { Operation } from '../local-changes.ts'
import type { Message, ServerFrames } from '../wire.ts'

/** Frames that change a part of a message. */
export type PartFrame = ServerFrames['message_edit' | 'message_delete' | 'message_reaction']
/** Frames that carry `rev`. */
export type MessageFrame = ServerFrames['chat_message'] | PartFrame

const parts: ReadonlySet<string> = new Set(['message_edit', 'message_delete', 'message_reaction'])

export const isMessageFrame = (frame: { type: string }): frame is MessageFrame =>
  frame.type === 'chat_message' || parts.has(frame.type)

type Changed = Pick<
  Message,
  'content' | 'is_edited' | 'edited_at' | 'is_deleted' | 'attachments' | 'reactions'
>

const emptied = {
  content: '',
  attachments: [],
  reactions: {},
  mentions: [],
  quote: null,
  is_deleted: true,
}

/** A message after a frame. */
export function afterFrame(message: Message, frame: PartFrame): Message {
  const { rev } = frame
  switch (frame.type) {
    case 'message_edit': {
      const { content, mentions = message.mentions, edited_at } = frame
      return { ...message, rev, content, mentions, is_edited: true, edited_at }
    }
    case 'message_delete':
      return { ...message, rev, ...emptied }
    case 'message_reaction': {
      const { emoji, user_id, action } = frame
      const reactions = react(message.reactions, { emoji, user_id, isOn: action === 'added' })
      return { ...message, rev, reactions }
    }
  }
}

/** A message as it will be once an operation of one's own is done. What is deleted stays so. */
export function afterOperation<M extends Changed>(
  message: M,
  operation: Operation,
  by: { user_id: number; at: string },
): M {
  if (message.is_deleted) return message
  switch (operation.type) {
    case 'edit':
      return { ...message, content: operation.content, is_edited: true, edited_at: by.at }
    case 'delete':
    case 'hide':
      return { ...message, ...emptied }
    case 'react': {
      const { emoji, action } = operation
      const reactions = react(message.reactions, { emoji, user_id: by.user_id, isOn: action === 'add' })
      return { ...message, reactions }
    }
  }
}

/** Who has reacted with an emoji, which may be the name of what every object inherits. */
export function reactedWith(reactions: Message['reactions'], emoji: string): readonly number[] {
  return (Object.hasOwn(reactions, emoji) && reactions[emoji]) || []
}

function react(
  reactions: Message['reactions'],
  { emoji, user_id, isOn }: { emoji: string; user_id: number; isOn: boolean },
): Message['reactions'] {
  const before = reactedWith(reactions, emoji)
  const { [emoji]: _, ...others } = reactions
  if (before.includes(user_id) === isOn) return reactions
  const after = isOn ? [...before, user_id] : before.filter((id) => id !== user_id)
  return after.length > 0 ? { ...others, [emoji]: after } : others
}
