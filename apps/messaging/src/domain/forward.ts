import type { Message } from '@parley/protocol'
import type { Draft } from './draft.ts'

/** A message of any conversation, and who wants to take it from there. */
export interface Source {
  user_id: number
  message_id: number
}

export const sourceKey = ({ user_id, message_id }: Source): string => `${user_id}:${message_id}`

/** The message, if that person may read it. The operation must have named it as its `source`. */
export const sourceIn = ({ sources }: Pick<Draft, 'sources'>, source: Source): Message | undefined =>
  sources.get(sourceKey(source))
