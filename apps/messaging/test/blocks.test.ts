import {
  listMessages,
  openConversation,
  sendMessage,
  setBlock,
  setTyping,
  type Caller,
} from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })

const block = (blocker: Person, blocked: Person, is_blocked = true) =>
  world.bus.call(setBlock, { blocker_id: blocker.user_id, blocked_id: blocked.user_id, is_blocked })

test('T78: after a block neither of the two can write to the other; what was said stays readable', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(id, ada)

  await block(ada, ben)

  for (const caller of [ada, ben]) {
    await expect(say(id, caller)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await world.bus.call(listMessages, { conversation_id: id }, { caller })).items).toHaveLength(1)
  }
})

test('a block holds for a conversation that is not opened yet, and for a process that starts later', async () => {
  await using other = await startWorld()
  const [ada, ben] = [other.person(), other.person()]
  await other.bus.call(setBlock, { blocker_id: ada.user_id, blocked_id: ben.user_id, is_blocked: true })
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  const open = other.bus.call(openConversation, { kind: 'direct', user_id: ada.user_id }, { caller: ben })
  await expect(open).rejects.toMatchObject({ code: 'forbidden' })
  const send = other.bus.call(
    sendMessage,
    { receiver_id: ben.user_id, content: 'x', client_id: clientId() },
    { caller: ada },
  )
  await expect(send).rejects.toMatchObject({ code: 'forbidden' })
})

test("taking one's block back leaves the other's in force", async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await block(ada, ben)
  await block(ben, ada)
  await block(ada, ben, false)
  await expect(say(id, ben)).rejects.toMatchObject({ code: 'forbidden' })

  await block(ben, ada, false)

  expect(await say(id, ben)).toMatchObject({ seq: 1 })
})

test('typing does not reach who is blocked', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await block(ada, ben)
  const frames = await world.frames(ben)

  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: ada })
  await world.bus.nats.flush()

  expect(frames.list).toEqual([])
})
