import { deleteMessage, editMessage, listNewerMessages, sendMessage, type Caller } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = async (conversation_id: number, caller: Caller, content: string) =>
  (await world.bus.call(sendMessage, { conversation_id, content }, { caller })).message_id
const newer = (caller: Caller, message_id: number, conversation_id?: number) =>
  world.bus.call(listNewerMessages, { message_id, conversation_id }, { caller })
const contents = async (...asked: Parameters<typeof newer>) =>
  (await newer(...asked)).items.map(({ content }) => content)

test('what is newer than a message: of its conversation, or of all of a person, without what was deleted', async () => {
  const [ada, ben, cleo] = [world.person(), world.person(), world.person()]
  const [one, two, foreign] = await Promise.all([
    world.direct(ada, ben),
    world.direct(ada, cleo),
    world.direct(ben, cleo),
  ])
  const first = await say(one.id, ben, 'a')
  await say(two.id, cleo, 'b')
  const deleted = await say(one.id, ada, 'c')
  await say(foreign.id, ben, 'not for ada')
  await say(one.id, ben, 'd')
  await world.bus.call(deleteMessage, { message_id: deleted }, { caller: ada })
  // A change does not make it newer.
  await world.bus.call(editMessage, { message_id: first, content: 'a edited' }, { caller: ben })

  expect(await contents(ada, first)).toEqual(['b', 'd'])
  expect(await contents(ada, first, one.id)).toEqual(['d'])
  await expect(newer(cleo, first)).rejects.toMatchObject({ code: 'message_not_found' })
  await expect(newer(ada, first, two.id)).rejects.toMatchObject({ code: 'message_not_found' })
})

test('what is newer comes page by page, from the last message of the page before', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const ids: number[] = []
  for (let i = 0; i < 203; i++) ids.push(await say(id, ben, String(i)))
  const [start = 0, ...rest] = ids

  for (const conversation_id of [id, undefined]) {
    const page = await newer(ada, start, conversation_id)
    const next = await newer(ada, page.items.at(-1)?.id ?? 0, conversation_id)
    expect([page.has_more, next.has_more]).toEqual([true, false])
    expect([...page.items, ...next.items].map((message) => message.id)).toEqual(rest)
  }
})

test('however much is newer in a conversation, none of it is passed over', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const start = await say(id, ben, 'start')
  const sent = await Promise.all(Array.from({ length: 520 }, (_, i) => say(id, ben, String(i))))

  const found: number[] = []
  for (let hasMore = true; hasMore;) {
    const page = await newer(ada, found.at(-1) ?? start, id)
    found.push(...page.items.map((message) => message.id))
    hasMore = page.has_more
  }
  expect(found.toSorted((a, b) => a - b)).toEqual(sent.toSorted((a, b) => a - b))
})
