import type { Message } from '@parley/client'
import { useCallback, useState } from 'react'
import { useClient } from '../provider.ts'
import { useConnection } from '../use-connection.ts'
import { useFrame } from '../use-frame.ts'

export interface ReceivedMessage {
  id: number
  senderId: number
  senderName: string
  message: string
  attachment: string | null
  timestamp: string
}

export interface ChatSocket {
  /** What has come since the component is there, in the order of coming. */
  messages: ReceivedMessage[]
  isConnected: boolean
  sendMessage: (receiverId: number | string, message: string, attachment?: string | null) => void
}

const NOTHING: ReceivedMessage[] = []

/** Messages of all conversations but those sent from here, over the provider's client. Without a token the hook shows nothing. */
export function useChatWebSocket(token: string | null | undefined): ChatSocket {
  const client = useClient()
  const { isConnected } = useConnection()
  const [messages, setMessages] = useState(NOTHING)
  useFrame('chat_message', ({ message }) => {
    const isFromHere = client.localMessages.get().some(({ client_id }) => client_id === message.client_id)
    if (token && message.kind === 'text' && !isFromHere)
      setMessages((before) => put(before, received(message)))
  })
  const sendMessage = useCallback(
    (receiverId: number | string, text: string, attachment: string | null = null) => {
      const attachments = attachment === null ? [] : [{ url: attachment }]
      // What becomes of it stands in the client's local messages.
      client.sendTo(Number(receiverId), text, { attachments })
    },
    [client],
  )
  return token
    ? { messages, isConnected, sendMessage }
    : { messages: NOTHING, isConnected: false, sendMessage }
}

/** A message that was changed comes again. */
function put(messages: ReceivedMessage[], message: ReceivedMessage): ReceivedMessage[] {
  const isKnown = messages.some(({ id }) => id === message.id)
  return isKnown ? messages.map((old) => (old.id === message.id ? message : old)) : [...messages, message]
}

const received = ({ id, sender, content, attachments, created_at }: Message): ReceivedMessage => ({
  id,
  senderId: sender.id,
  senderName: [sender.first_name, sender.last_name].filter(Boolean).join(' ') || sender.username,
  message: content,
  attachment: attachments[0]?.url ?? null,
  timestamp: created_at,
})
