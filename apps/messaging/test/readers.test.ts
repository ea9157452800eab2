import {
  addMembers,
  listMembers,
  listReaders,
  markRead,
  openConversation,
  sendMessage,
  setBlock,
  setPrivacy,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

async function group(size: number) {
  const [owner, ...others] = Array.from({ length: size }, () => world.person()) as [Person, ...Person[]]
  const input = { kind: 'group' as const, title: 'g', user_ids: others.map(({ user_id }) => user_id) }
  const { conversation } = await world.bus.call(openConversation, input, { caller: owner })
  return { owner, others, id: conversation.id }
}

const say = async (conversation_id: number, caller: Caller) =>
  (await world.bus.call(sendMessage, { conversation_id, content: 'x' }, { caller })).message_id
const read = (message_id: number, caller: Caller) => world.bus.call(markRead, { message_id }, { caller })
const readers = async (message_id: number, caller: Caller) =>
  (await world.bus.call(listReaders, { message_id }, { caller })).items.map(({ user }) => user.id)

test('S2: those who have read a message are listed: not the sender, not who joined later; page by page', async () => {
  const { owner, others, id } = await group(4)
  const [ada, ben, cleo] = others as [Person, Person, Person]
  const first = await say(id, owner)
  const second = await say(id, owner)
  const late = world.person()
  await world.bus.call(addMembers, { conversation_id: id, user_ids: [late.user_id] }, { caller: owner })
  await read(first, ada)
  await read(second, ben)

  const all = await world.bus.call(listReaders, { message_id: first }, { caller: cleo })
  expect(all.items).toEqual([
    { user: ada.card, read_seq: 1 },
    { user: ben.card, read_seq: 2 },
  ])
  expect(await readers(second, owner)).toEqual([ben.user_id])
  const page = await world.bus.call(listReaders, { message_id: first, limit: 1 }, { caller: owner })
  const input = { message_id: first, limit: 1, cursor: page.next_cursor }
  const next = await world.bus.call(listReaders, input, { caller: owner })
  expect([...page.items, ...next.items]).toEqual(all.items)
  expect(next.next_cursor).toBeNull()
  for (const caller of [late, world.person()])
    await expect(readers(first, caller)).rejects.toMatchObject({ code: 'message_not_found' })
})

test('who does not share receipts is not shown, and is shown nobody but themselves', async () => {
  const { owner, others, id } = await group(3)
  const [ada, ben] = others as [Person, Person]
  const message = await say(id, owner)
  for (const who of others) await read(message, who)

  await world.bus.call(setPrivacy, { receipts: false }, { caller: ada })

  await eventually(async () => expect(await readers(message, owner)).toEqual([ben.user_id]))
  expect(await readers(message, ada)).toEqual([ada.user_id])
  expect(await readers(message, ben)).toEqual([ben.user_id])
})

test('the list of members shows whom the caller blocks, and not who blocks the caller', async () => {
  const { owner, others, id } = await group(2)
  const [ada] = others as [Person]
  await world.bus.call(setBlock, { blocker_id: owner.user_id, blocked_id: ada.user_id, is_blocked: true })
  const blocked = async (caller: Caller) =>
    (await world.bus.call(listMembers, { conversation_id: id }, { caller })).items.flatMap(
      ({ user, is_blocked }) => (is_blocked ? [user.id] : []),
    )

  expect(await blocked(owner)).toEqual([ada.user_id])
  expect(await blocked(ada)).toEqual([])
})
