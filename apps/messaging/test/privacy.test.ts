import {
  addMembers,
  getPrivacy,
  listMembers,
  markRead,
  openConversation,
  sendMessage,
  setPrivacy,
  setTyping,
  sync,
  type Caller,
  type Params,
} from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Frames, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })
const read = (conversation_id: number, seq: number, caller: Caller) =>
  world.bus.call(markRead, { conversation_id, seq }, { caller })
const type = (conversation_id: number, caller: Caller) =>
  world.bus.call(setTyping, { conversation_id, is_typing: true }, { caller })
const set = (caller: Caller, privacy: Params<typeof setPrivacy>) =>
  world.bus.call(setPrivacy, privacy, { caller })
const members = async (conversation_id: number, caller: Caller) =>
  (await world.bus.call(listMembers, { conversation_id }, { caller })).items
const readSeqs = async (conversation_id: number, caller: Caller) =>
  Object.fromEntries(
    (await members(conversation_id, caller)).map(({ user, read_seq }) => [user.id, read_seq]),
  )

/** What came of a type, by whom it is about. */
const about = ({ list }: Frames, frameType: string) =>
  list.flatMap((frame) => (frame['type'] === frameType ? [frame['user_id']] : []))

async function group(owner: Person, others: readonly Person[]): Promise<number> {
  const user_ids = others.map(({ user_id }) => user_id)
  const asked = { kind: 'group', title: 'g', user_ids } as const
  return (await world.bus.call(openConversation, asked, { caller: owner })).conversation.id
}

test('everything is shared at first, and what is not named stays as it is', async () => {
  const ada = world.person()

  expect(await world.bus.call(getPrivacy, {}, { caller: ada })).toEqual({
    ...{ receipts: true, typing: true, presence: true },
  })
  await set(ada, { typing: false })
  expect(await set(ada, { receipts: false, typing: null })).toEqual({
    ...{ receipts: false, typing: false, presence: true },
  })
  expect(await world.bus.call(getPrivacy, {}, { caller: ada })).toEqual({
    ...{ receipts: false, typing: false, presence: true },
  })
})

test('who shares no receipts sends none and gets none; the others go on, and own devices learn their own', async () => {
  const [ada, ben, cat] = [world.person(), world.person(), world.person()]
  const id = await group(ada, [ben, cat])
  await say(id, ada)
  await set(ben, { receipts: false })
  const [toAda, toBen, toCat] = [await world.frames(ada), await world.frames(ben), await world.frames(cat)]

  expect(await read(id, 1, ben)).toMatchObject({ read_seq: 1, unread_count: 0 })
  await read(id, 1, cat)
  await world.bus.nats.flush()

  expect(about(toAda, 'read_receipt')).toEqual([cat.user_id])
  expect(about(toBen, 'read_receipt')).toEqual([ben.user_id])
  expect(about(toCat, 'read_receipt')).toEqual([cat.user_id])
  expect(await readSeqs(id, ada)).toEqual({ [ada.user_id]: 1, [ben.user_id]: 0, [cat.user_id]: 1 })
  expect(await readSeqs(id, ben)).toEqual({ [ada.user_id]: 0, [ben.user_id]: 1, [cat.user_id]: 0 })
})

test('a receipt that is due before a send is withheld too, and both come back with the switch', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(id, ada)
  await set(ben, { receipts: false })
  const toAda = await world.frames(ada)
  await say(id, ben)
  await world.bus.nats.flush()
  expect(about(toAda, 'read_receipt')).toEqual([])

  await set(ben, { receipts: true })
  await say(id, ada)
  await say(id, ben)
  await world.bus.nats.flush()

  expect(about(toAda, 'read_receipt')).toEqual([ada.user_id, ben.user_id])
})

test('a resume brings no receipts across a switch, but always own ones', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const { cursor } = await start(ada)
  await say(id, ada)
  await read(id, 1, ben)
  const receiptsOf = async (caller: Person) =>
    (await replay(caller, cursor))
      .filter(({ type: frameType }) => frameType === 'read_receipt')
      .map(({ user_id }) => user_id)
  expect(await receiptsOf(ada)).toEqual([ada.user_id, ben.user_id])

  await set(ben, { receipts: false })

  expect(await receiptsOf(ada)).toEqual([ada.user_id])
  expect(await receiptsOf(ben)).toEqual([ben.user_id])
})

test('typing is shown neither by nor to who does not share it', async () => {
  const [ada, ben, cat] = [world.person(), world.person(), world.person()]
  const id = await group(ada, [ben, cat])
  await type(id, ada)
  await set(ben, { typing: false })
  const [toAda, toBen, toCat] = [await world.frames(ada), await world.frames(ben), await world.frames(cat)]

  for (const who of [ada, ben, cat]) await type(id, who)
  await world.bus.nats.flush()

  expect(about(toAda, 'typing_indicator')).toEqual([cat.user_id])
  expect(about(toBen, 'typing_indicator')).toEqual([])
  expect(about(toCat, 'typing_indicator')).toEqual([ada.user_id])
})

test('a switch holds for conversations that are made or joined later, and for a process that starts later', async () => {
  await using other = await startWorld()
  const [ada, ben, cat] = [other.person(), other.person(), other.person()]
  const call = <R extends Parameters<typeof other.bus.call>[0]>(rpc: R, params: object, caller: Caller) =>
    other.bus.call(rpc, params as Params<R>, { caller })
  await call(setPrivacy, { typing: false }, ben)
  const direct = await other.direct(ada, ben)
  const asked = { kind: 'group', title: 'g', user_ids: [cat.user_id] } satisfies Params<
    typeof openConversation
  >
  const { conversation } = await other.bus.call(openConversation, asked, { caller: ada })
  await call(addMembers, { conversation_id: conversation.id, user_ids: [ben.user_id] }, ada)
  const toBen = await other.frames(ben)

  const typeAll = async () => {
    for (const { id } of [direct, conversation])
      await call(setTyping, { conversation_id: id, is_typing: true }, ada)
    await other.bus.nats.flush()
  }
  await typeAll()
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()
  await typeAll()

  expect(about(toBen, 'typing_indicator')).toEqual([])
})

test('of switches that race with frames the last one counts, and no frame breaks the rule after its answer', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const toBen = await world.frames(ben)
  const typing = Array.from({ length: 50 }, () => type(id, ada))
  const switches = Array.from({ length: 9 }, (_, i) => set(ada, { typing: i % 2 === 1 }))
  await Promise.all(typing)
  await Promise.all(switches)
  const { typing: isShared } = await world.bus.call(getPrivacy, {}, { caller: ada })
  await world.bus.nats.flush()
  const before = toBen.list.length

  await type(id, ada)
  await world.bus.nats.flush()

  expect(toBen.list.length - before).toBe(isShared ? 1 : 0)
})

async function start(caller: Caller): Promise<{ cursor: string }> {
  const reply = await world.bus.forward(sync, { caller, trace_id: 't', input: {} })
  return JSON.parse(reply.slice(1).split('\n')[0] ?? '') as { cursor: string }
}

async function replay(caller: Caller, cursor: string): Promise<Record<string, unknown>[]> {
  const reply = await world.bus.forward(sync, { caller, trace_id: 't', input: { cursor } })
  return reply
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
