import { getMessage, listMessages, type Caller, type Message } from '@parley/protocol'
import { RpcError, type Bus } from '@parley/service-kit'
import { ask, type Asking } from './ask.ts'

/** The newest messages of a conversation that is reported as a whole. */
const MOST_MESSAGES = 20

export interface Reported {
  user_id: number
  message_id?: number | undefined
  conversation_id?: number | undefined
}

export interface Evidence {
  conversation_id: number | null
  messages: Message[]
}

/** What the reporter sees at this moment of what they report. A message must be of the reported person. */
export async function copyEvidence(
  bus: Bus,
  { user_id, message_id, conversation_id }: Reported,
  { deadline, traceId, caller }: Asking & { caller: Caller },
): Promise<Evidence> {
  const asking = { deadline, traceId, behalf: caller }
  if (message_id !== undefined) {
    const message = await ask(bus, getMessage, { message_id }, asking)
    if (message.sender.id !== user_id) throw wrong('message_id', 'must be a message of this person')
    if (conversation_id !== undefined && conversation_id !== message.conversation_id) {
      throw wrong('conversation_id', 'must be the conversation of the message')
    }
    return { conversation_id: message.conversation_id, messages: [message] }
  }
  if (conversation_id === undefined) return { conversation_id: null, messages: [] }
  const { items } = await ask(bus, listMessages, { conversation_id, limit: MOST_MESSAGES }, asking)
  return { conversation_id, messages: items }
}

const wrong = (path: string, message: string) => new RpcError('invalid', { errors: [{ path, message }] })
