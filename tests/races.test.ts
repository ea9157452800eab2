import { randomUUID } from 'node:crypto'
import type { Conversation, Match, Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from './client/http.ts'
import { inParallel } from './client/in-parallel.ts'
import { draft, matchedPair, type Pair } from './client/pairs.ts'
import {
  like,
  listConversations,
  listMatches,
  listMessages,
  registerMany,
  type Draft,
  type Person,
} from './client/people.ts'
import { openSession, type Socket } from './client/socket.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

const sorted = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b)

test('64 people who all like each other at once make 2,016 matches and as many conversations, each told once to each side', async () => {
  await using stack = new AsyncDisposableStack()
  const people = await registerMany(system.gateways, 64)
  const sockets = await inParallel(8, [...people.entries()], ([index, { token }]) =>
    openSession(index % 2 ? there : here, token),
  )
  for (const socket of sockets) stack.use(socket)
  // The two likes of a pair stand side by side, and go to different gateways.
  const pairs = people.flatMap((ada, index) => people.slice(index + 1).map((ben) => [ada, ben] as const))
  const likes = pairs.flatMap(([ada, ben]) => [
    { by: ada, about: ben, gateway: here },
    { by: ben, about: ada, gateway: there },
  ])

  const answers = await inParallel(128, likes, ({ by, about, gateway }) => like(gateway, by, about))

  const answered = answers.flatMap((answer) => (answer.status === 'matched' ? [answer.match.id] : []))
  expect(new Set(answered).size).toBe(2_016)
  const conversations = new Map<number, number>()
  for (const [index, person] of people.entries()) {
    const socket = sockets[index] as Socket
    const matches = await listMatches(here, person)
    const others = people.filter(({ id }) => id !== person.id).map(({ id }) => id)
    expect(sorted(matches.map(({ user }) => user.id))).toEqual(sorted(others))
    const opened = sorted(matches.map(({ conversation_id }) => conversation_id))
    expect(sorted((await listConversations(there, person)).map(({ id }) => id))).toEqual(opened)
    await eventually(() => expect(socket.of('conversation_update').length).toBeGreaterThanOrEqual(63))
    const told = socket.of('new_match').map((frame) => (frame['match'] as Match).id)
    expect(sorted(told)).toEqual(sorted(matches.map(({ id }) => id)))
    const updated = socket.of('conversation_update').map((frame) => frame['conversation'] as Conversation)
    expect(sorted(updated.map(({ id }) => id))).toEqual(opened)
    for (const id of opened) conversations.set(id, (conversations.get(id) ?? 0) + 1)
  }
  expect(conversations.size).toBe(2_016)
  expect(new Set(conversations.values())).toEqual(new Set([2]))
}, 240_000)

interface Answer {
  id: number
  isFirst: boolean
}

const overSocket = async (socket: Socket, message: Draft): Promise<Answer> => {
  const ack = await socket.ask({ type: 'chat_message', ...message })
  expect(ack).toMatchObject({ type: 'ack', client_id: message.client_id })
  return { id: ack['message_id'] as number, isFirst: ack['duplicate'] === false }
}

const overHttp = async (gateway: string, { token }: Person, message: Draft): Promise<Answer> => {
  const { conversation_id, content, client_id } = message
  const url = `${gateway}/api/conversations/${conversation_id}/messages`
  const json = { content, client_id }
  const { status, body } = await call<Message>(url, { method: 'POST', token, json })
  expect([200, 201]).toContain(status)
  return { id: body.id, isFirst: status === 201 }
}

/** A matched pair; the one who sends has a socket on each gateway, and so has the one who reads. */
async function racingPair(stack: AsyncDisposableStack) {
  const pair = await matchedPair(system.gateways)
  const open = (gateway: string, { token }: Person) =>
    openSession(gateway, token).then((one) => stack.use(one))
  return {
    ...pair,
    sending: [await open(here, pair.ada), await open(there, pair.ada)] as const,
    reading: [await open(here, pair.ben), await open(there, pair.ben)] as const,
  }
}

/** What the other one's sockets were told, and what is stored, once all of it has arrived. */
async function outcome(
  { ben, conversation_id, reading }: Pair & { reading: readonly Socket[] },
  last_seq: number,
) {
  for (const socket of reading) await socket.waitFor('chat_message', ({ seq }) => seq === last_seq)
  const told = reading.map((socket) =>
    socket.of('chat_message').map(({ message }) => (message as Message).id),
  )
  const stored = await listMessages(here, ben, conversation_id)
  return { told, stored: stored.map(({ id }) => id), revs: stored.map(({ rev }) => rev) }
}

test('400 rounds of three racing identical sends, over socket and HTTP of two gateways, make 400 messages', async () => {
  await using stack = new AsyncDisposableStack()
  const pairs = await inParallel(2, Array.from({ length: 16 }), () => racingPair(stack))
  const rounds = Array.from({ length: 25 }, (_, index) => index + 1)

  await Promise.all(
    pairs.map(async (pair) => {
      for (const round of rounds) {
        const message = draft(pair.conversation_id, `round ${round}`)
        const answers = await Promise.all([
          overSocket(pair.sending[round % 2] as Socket, message),
          overSocket(pair.sending[(round + 1) % 2] as Socket, message),
          overHttp(round % 2 ? there : here, pair.ada, message),
        ])
        expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
        expect(answers.filter(({ isFirst }) => isFirst)).toHaveLength(1)
      }
    }),
  )

  for (const pair of pairs) {
    const { told, stored, revs } = await outcome(pair, 25)
    expect(revs).toEqual(rounds)
    expect(told).toEqual([stored, stored])
  }
})

test('50 racing copies of one client_id over two gateways make one message, and one of them made it', async () => {
  await using stack = new AsyncDisposableStack()
  const pair = await racingPair(stack)
  const message = draft(pair.conversation_id, randomUUID())
  const copies = Array.from({ length: 50 }, (_, index) => index)

  const answers = await Promise.all(
    copies.map((copy) =>
      copy % 3 === 0
        ? overHttp(copy % 2 ? there : here, pair.ada, message)
        : overSocket(pair.sending[copy % 2] as Socket, message),
    ),
  )
  await overHttp(here, pair.ada, draft(pair.conversation_id, 'last'))

  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  expect(answers.filter(({ isFirst }) => isFirst)).toHaveLength(1)
  const { told, stored } = await outcome(pair, 2)
  expect(stored).toHaveLength(2)
  expect(told).toEqual([stored, stored])
})
