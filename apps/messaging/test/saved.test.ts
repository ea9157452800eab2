import {
  deleteMessage,
  listSaved,
  openConversation,
  removeMember,
  saveMessage,
  sendMessage,
  unsaveMessage,
  type Caller,
} from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = async (conversation_id: number, caller: Caller, content = 'x') =>
  (await world.bus.call(sendMessage, { conversation_id, content }, { caller })).message_id
const save = (message_id: number, caller: Caller) => world.bus.call(saveMessage, { message_id }, { caller })
const unsave = (message_id: number, caller: Caller) =>
  world.bus.call(unsaveMessage, { message_id }, { caller })
const saved = async (caller: Caller) =>
  (await world.bus.call(listSaved, {}, { caller })).items.map(({ id }) => id)

test('saved messages of all conversations, newest saved first, page by page; nobody else has them', async () => {
  const [ada, ben, cleo] = [world.person(), world.person(), world.person()]
  const [one, two] = [await world.direct(ada, ben), await world.direct(ada, cleo)]
  const [a, b, c] = [await say(one.id, ben), await say(two.id, cleo), await say(one.id, ada)]
  for (const message of [c, a, b, a]) await save(message, ada)

  expect(await saved(ada)).toEqual([b, a, c])
  expect(await saved(ben)).toEqual([])
  const first = await world.bus.call(listSaved, { limit: 2 }, { caller: ada })
  const input = { limit: 2, cursor: first.next_cursor }
  const second = await world.bus.call(listSaved, input, { caller: ada })
  expect([first, second].map(({ items }) => items.map(({ id }) => id))).toEqual([[b, a], [c]])
  expect(second.next_cursor).toBeNull()

  await unsave(a, ada)
  await unsave(a, ada)
  expect(await saved(ada)).toEqual([b, c])
})

test('a page ends early where it would grow too large, and goes on after it', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const ids: number[] = []
  // Three bytes a character.
  for (let i = 0; i < 90; i++) ids.push(await say(id, ben, '€'.repeat(4_000)))
  for (const message of ids) await save(message, ada)

  const first = await world.bus.call(listSaved, { limit: 200 }, { caller: ada })
  const rest = await world.bus.call(listSaved, { limit: 200, cursor: first.next_cursor }, { caller: ada })

  expect(first.items.length).toBeLessThan(90)
  expect([...first.items, ...rest.items].map((message) => message.id)).toEqual(ids.reverse())
})

test('only what may still be read: not after leaving, not what is deleted or hidden, not what was never seen', async () => {
  const [owner, ada] = [world.person(), world.person()]
  const open = { kind: 'group' as const, title: 'g', user_ids: [ada.user_id] }
  const { conversation } = await world.bus.call(openConversation, open, { caller: owner })
  const { id } = conversation
  const [stays, deleted, hidden] = [await say(id, owner), await say(id, owner), await say(id, owner)]
  for (const message of [stays, deleted, hidden]) await save(message, ada)

  await world.bus.call(deleteMessage, { message_id: deleted }, { caller: owner })
  await world.bus.call(deleteMessage, { message_id: hidden, for: 'me' }, { caller: ada })
  expect(await saved(ada)).toEqual([stays])
  await expect(save(deleted, ada)).rejects.toMatchObject({ code: 'message_deleted' })
  await world.bus.call(removeMember, { conversation_id: id, user_id: ada.user_id }, { caller: ada })

  expect(await saved(ada)).toEqual([])
  await expect(save(stays, ada)).rejects.toMatchObject({ code: 'message_not_found' })
  await unsave(stays, ada)
})
