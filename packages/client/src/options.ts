import type { Environment } from './environment.ts'
import type { ClientStorage } from './storage.ts'
import type { SendAck, SendFields, Tokens } from './wire.ts'

export const DEADLINE_MS = 10_000

export interface ClientOptions extends Partial<Environment> {
  /** Where the gateway is, such as `https://chat.example.com`. */
  url: string | URL
  /** A log-in made elsewhere; else `register` or `logIn`, or what the storage keeps. */
  tokens?: Tokens
  /** Memory unless said: then nothing survives a reload. */
  storage?: ClientStorage
  /** Opens sockets with one-time tickets, so that access tokens stay out of the logs of what lies between. */
  tickets?: boolean
  /** How long a command may stay unanswered before it is tried again or rejected. */
  deadlineMs?: number
}

export interface Sending {
  client_id: string
  /** Resolves when the message is committed; rejects when it was refused for good or the client was closed before. */
  acked: Promise<SendAck>
}

/** What a message may have besides its text. */
export type MessageExtras = Omit<SendFields, 'conversation_id' | 'receiver_id' | 'content' | 'client_id'>
