import { attach, pull, subjects } from '@parley/protocol'
import { handle, handleFrames } from '@parley/service-kit'
import { eventually, startTestNats } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startNatsProxy, type NatsProxy } from './nats-proxy.ts'
import type { Frame, TestSocket } from './test-socket.ts'
import { ada, ben, startWorld, type World } from './world.ts'

const here = 7 * 256 + 9
let stack: AsyncDisposableStack
let proxy: NatsProxy
let world: World
/** Who may look at the conversation, and what its last change is. */
let members: Set<number>
let rev: number
/** Messaging has been asked, and answers once this is resolved. */
let asked: PromiseWithResolvers<void>
let answering: Promise<void>

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const nats = stack.use(await startTestNats())
  proxy = stack.use(await startNatsProxy(nats.url))
  world = stack.use(
    await startWorld({
      nats: nats.url,
      config: { NATS_URL: proxy.url },
      handlers: [
        handleFrames(pull, async ({ conversation_id, after_rev }) => {
          const next = after_rev + 1
          const output = { conversation_id, rev: next, has_more: next < rev }
          return { output, frames: [said(next)] }
        }),
      ],
      lanes: [
        handle(attach, async ({ conversation_id }, { caller, fail }) => {
          const isMember = members.has(caller.user_id)
          const answer = { conversation_id, rev }
          asked.resolve()
          await answering
          if (!isMember) throw fail('conversation_not_found')
          return answer
        }),
      ],
    }),
  )
})
afterAll(() => stack[Symbol.asyncDispose]())
beforeEach(() => {
  members = new Set([ada, ben])
  rev = 5
  asked = Promise.withResolvers()
  answering = Promise.resolve()
})

const said = (n: number): string => `{"type":"chat_message","conversation_id":${here},"rev":${n}}`
const publish = (n: number): void => world.bus.nats.publish(subjects.conversation(here, 'd'), said(n))
const control = (userId: number, detach: number): void =>
  world.bus.nats.publish(subjects.user(userId, 'c'), JSON.stringify({ detach }))
const revsOf = ({ frames }: TestSocket): unknown[] =>
  frames.filter(({ type }) => type === 'chat_message').map((frame) => frame['rev'])

let count = 0
/** The answer to an attach. */
async function attachTo(socket: TestSocket, conversation_id: number, more: object = {}): Promise<Frame> {
  const ref = `a${++count}`
  socket.send({ type: 'attach', conversation_id, ref, ...more })
  return found(socket, (frame) => frame['ref'] === ref)
}

async function found(socket: TestSocket, isIt: (frame: Frame) => boolean): Promise<Frame> {
  await eventually(() => expect(socket.frames.some(isIt)).toBe(true))
  return socket.frames.find(isIt) as Frame
}

/** All that was published before has come to the gateway, and from there to a socket of a person. */
async function settled(socket: TestSocket, userId = ada): Promise<void> {
  const n = ++count
  await world.bus.nats.flush()
  world.bus.nats.publish(subjects.user(userId, 'd'), JSON.stringify({ type: 'notify', n }))
  await found(socket, (frame) => frame['n'] === n)
}

test('who attaches gets the frames of the conversation from its present rev on, once however many sockets look', async () => {
  await using first = await world.live(ada)
  await using second = await world.live(ada)
  await using passive = await world.live(ada)

  expect(await attachTo(first, here)).toMatchObject({ type: 'ack', conversation_id: here, rev: 5 })
  expect(await attachTo(second, here)).toMatchObject({ rev: 5 })
  publish(6)
  await settled(first)
  first.send({ type: 'detach', conversation_id: here, ref: 'd' })
  expect(await found(first, ({ ref }) => ref === 'd')).toMatchObject({ type: 'ack' })
  publish(7)
  await settled(second)
  await settled(passive)

  expect([first, second, passive].map(revsOf)).toEqual([[6], [6, 7], []])
})

test('what changed after a rev is replayed page by page before the ack, and live frames wait for it', async () => {
  await using socket = await world.live(ada)
  const { promise, resolve } = Promise.withResolvers<void>()
  answering = promise

  const attached = attachTo(socket, here, { after_rev: 2 })
  await asked.promise
  publish(4)
  publish(6)
  await world.bus.nats.flush()
  resolve()

  expect(await attached).toMatchObject({ rev: 5 })
  await settled(socket)
  expect(socket.frames.slice(2)).toMatchObject([
    ...[{ rev: 3 }, { rev: 4 }, { rev: 5 }],
    ...[{ type: 'ack', rev: 5 }, { type: 'chat_message', rev: 6 }, { type: 'notify' }],
  ])
})

test('three conversations a socket, the fourth is refused by the name of the limit', async () => {
  await using socket = await world.live(ada)
  for (const id of [here, here + 256, here + 512]) await attachTo(socket, id)

  expect(await attachTo(socket, here + 768)).toMatchObject({
    code: 'invalid',
    errors: [{ path: 'conversation_id', message: 'a socket may be attached to 3; detach one first' }],
  })
  expect(await attachTo(socket, here)).toMatchObject({ rev: 5 })
  socket.send({ type: 'detach', conversation_id: here })
  expect(await attachTo(socket, here + 768)).toMatchObject({ conversation_id: here + 768 })
})

test('a stranger is denied, and a socket without hello has to say it first', async () => {
  await using stranger = await world.live(ada)
  members = new Set([ben])
  expect(await attachTo(stranger, here)).toMatchObject({ type: 'error', code: 'conversation_not_found' })
  publish(6)
  await settled(stranger)
  expect(revsOf(stranger)).toEqual([])

  await using early = await world.connect({ token: await world.issuer.token(ben) })
  early.send({ type: 'attach', conversation_id: here })
  expect(await early.next('error')).toMatchObject({ code: 'invalid', errors: [{ path: 'type' }] })
})

test('T22: after the word that a person was removed no frame of the conversation reaches any of their sockets', async () => {
  await using removed = await world.live(ada)
  await using other = await world.live(ben)
  await attachTo(removed, here)
  await attachTo(other, here)

  for (let n = 6; n < 206; n++) {
    if (n === 106) control(ada, here)
    publish(n)
  }
  await eventually(() => expect(revsOf(other)).toHaveLength(200))
  await settled(removed)

  expect(revsOf(removed)).toEqual(Array.from({ length: 100 }, (_, i) => 6 + i))
})

test('T22: a removal that is heard before the answer to an attach denies it', async () => {
  await using socket = await world.live(ada)
  const { promise, resolve } = Promise.withResolvers<void>()
  answering = promise

  const attached = attachTo(socket, here)
  await asked.promise
  control(ada, here)
  await world.bus.nats.flush()
  resolve()

  expect(await attached).toMatchObject({ code: 'conversation_not_found' })
  publish(6)
  await settled(socket)
  expect(revsOf(socket)).toEqual([])
})

test('a bump is for sockets that are not attached to its conversation', async () => {
  await using attached = await world.live(ada)
  await using elsewhere = await world.live(ada)
  await attachTo(attached, here)
  await attachTo(elsewhere, here + 256)

  const bump = { type: 'bump', conversation_id: here, last_seq: 1, last_rev: 1 }
  world.bus.nats.publish(subjects.user(ada, 'b'), JSON.stringify(bump))

  expect(await elsewhere.next('bump')).toEqual(bump)
  await settled(attached)
  expect(attached.frames.filter(({ type }) => type === 'bump')).toEqual([])
})

test('after a break nobody sees a conversation before they have been asked for anew', async () => {
  await using stays = await world.live(ben)
  await using removed = await world.live(ada)
  await attachTo(stays, here)
  await attachTo(removed, here)
  const { promise, resolve } = Promise.withResolvers<void>()

  proxy.cut()
  await eventually(async () => expect((await world.call('/healthz')).status).toBe(503))
  members = new Set([ben])
  answering = promise
  asked = Promise.withResolvers()
  proxy.heal()
  await asked.promise
  publish(6)
  await world.bus.nats.flush()
  resolve()

  await stays.next('chat_message')
  await eventually(() => expect(removed.frames.filter(({ type }) => type === 'caught_up')).toHaveLength(2))
  publish(7)
  await settled(removed)
  expect([stays, removed].map(revsOf)).toEqual([[6, 7], []])
})
