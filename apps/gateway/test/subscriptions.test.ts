import { subjects, sync } from '@parley/protocol'
import { handleFrames } from '@parley/service-kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestSocket } from './test-socket.ts'
import { ada, startWorld, type World } from './world.ts'

let world: World
let socket: TestSocket

const frames = ['chat_message', 'new_match', 'typing_indicator', 'match_removed', 'notify'].map(
  (type) => `{"type":"${type}","n":1}`,
)

beforeAll(async () => {
  world = await startWorld({
    handlers: [
      handleFrames(sync, async ({ cursor }) => ({
        output: { cursor: 'c', epoch: 'e1', continuation: null },
        frames: cursor === undefined ? [] : frames,
      })),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  socket = await world.live(ada)
  return () => socket[Symbol.asyncDispose]()
})

const ask = async (type: 'subscribe' | 'unsubscribe', subscription_type: string) => {
  socket.send({ type, subscription_type, ref: 'r' })
  expect(await socket.next('ack')).toEqual({ type: 'ack', ref: 'r' })
}

/** What the socket gets of one frame of each type, live and replayed. */
const heard = async () => {
  const before = socket.frames.length
  world.bus.nats.publish(subjects.user(ada, 'd'), frames.join('\n'))
  await world.bus.nats.flush()
  // Its answer comes over the bus too, behind the frames.
  socket.send({ type: 'request', method: 'auth.get_me', ref: 'me' })
  await socket.next('response')
  const live = socket.frames.length
  socket.send({ type: 'sync', cursor: 'c' })
  await socket.next('caught_up')
  const typesOf = (list: { type: string }[]) =>
    list.map(({ type }) => type).filter((type) => frames.some((frame) => frame.includes(`"${type}"`)))
  const [told, replayed] = [typesOf(socket.frames.slice(before, live)), typesOf(socket.frames.slice(live))]
  expect(replayed).toEqual(told)
  return told
}

test('S1: subscribing to matches narrows a socket to them; one that has subscribed to nothing gets all', async () => {
  expect(await heard()).toEqual(['chat_message', 'new_match', 'typing_indicator', 'match_removed', 'notify'])

  await ask('subscribe', 'matches')
  expect(await heard()).toEqual(['new_match', 'match_removed'])

  await ask('subscribe', 'notifications')
  expect(await heard()).toEqual(['new_match', 'match_removed', 'notify'])

  await ask('unsubscribe', 'matches')
  expect(await heard()).toEqual(['notify'])
})

test('what is unsubscribed first is taken away from all; another socket of the person goes on as it was', async () => {
  await using other = await world.live(ada)
  await ask('unsubscribe', 'conversations')

  expect(await heard()).toEqual(['new_match', 'match_removed', 'notify'])
  await other.next('chat_message')
})

test('an unknown subscription is refused by name', async () => {
  socket.send({ type: 'subscribe', subscription_type: 'everything' })

  expect(await socket.next('error')).toMatchObject({
    code: 'invalid',
    errors: [{ path: 'subscription_type' }],
  })
})
