import { randomUUID } from 'node:crypto'
import type { Match } from '@parley/protocol'
import { match, register, type Draft, type Person } from './people.ts'
import { openSession, type Frame, type Socket } from './socket.ts'

export interface Pair {
  ada: Person
  ben: Person
  match: Match
  conversation_id: number
}

export interface TalkingPair extends Pair {
  adasSocket: Socket
  bensSocket: Socket
}

/** Two people, each registered at a gateway of their own. */
export const twoPeople = (gateways: readonly string[]): Promise<[Person, Person]> =>
  Promise.all([register(gateways[0] as string, 'ada'), register(gateways.at(-1) as string, 'ben')])

export async function matchedPair(gateways: readonly string[]): Promise<Pair> {
  const [ada, ben] = await twoPeople(gateways)
  const made = await match(gateways[0] as string, ada, ben)
  return { ada, ben, match: made, conversation_id: made.conversation_id }
}

/** A matched pair, each with a socket that has said hello: Ada's on the first gateway, Ben's on the last. */
export async function talkingPair(
  gateways: readonly string[],
  stack: AsyncDisposableStack,
): Promise<TalkingPair> {
  const pair = await matchedPair(gateways)
  const adasSocket = stack.use(await openSession(gateways[0] as string, pair.ada.token))
  const bensSocket = stack.use(await openSession(gateways.at(-1) as string, pair.ben.token))
  return { ...pair, adasSocket, bensSocket }
}

/** A message to send, as a frame; its fields are those of the HTTP body too. */
export const draft = (conversation_id: number, content: string): Frame & Draft => ({
  type: 'chat_message',
  conversation_id,
  content,
  client_id: randomUUID(),
})
