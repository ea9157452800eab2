import {
  closeConversation,
  deleteMessage,
  editMessage,
  forwardMessage,
  listConversations,
  listMessages,
  openConversation,
  putDraft,
  sendMessage,
  setBlock,
  updateConversation,
  type Caller,
  type Params,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '60', SEND_RATE: '0.1' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, caller: Caller, more: Partial<Params<typeof sendMessage>> = {}) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId(), ...more }, { caller })
const forward = (caller: Caller, input: Params<typeof forwardMessage>) =>
  world.bus.call(forwardMessage, input, { caller })

/** A message of Ben's to Ada. */
async function heard() {
  const [ada, ben, cleo] = [world.person(), world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const attachments = [{ url: 'https://example.org/a.png', name: 'a.png' }]
  const { message_id } = await say(id, ben, { content: 'hello', attachments })
  return { ada, ben, cleo, id, message_id }
}

async function group(owner: Person, others: Person[], kind: 'group' | 'broadcast' = 'group') {
  const input = { kind, title: 'g', user_ids: others.map(({ user_id }) => user_id) }
  return (await world.bus.call(openConversation, input, { caller: owner })).conversation.id
}

test('a forwarded message names who wrote it first, once, and reaches the members', async () => {
  const { ada, ben, cleo, message_id } = await heard()
  const frames = await world.frames(cleo)
  const input = { message_id, receiver_id: cleo.user_id, client_id: clientId() }

  const [first, again] = await Promise.all([forward(ada, input), forward(ada, input)])
  const onward = await forward(cleo, { message_id: first.message_id, receiver_id: ben.user_id })

  expect([first.duplicate, again.duplicate].toSorted()).toEqual([false, true])
  expect(again.message).toEqual(first.message)
  expect(first.message).toMatchObject({
    content: 'hello',
    sender: ada.card,
    forwarded_from: ben.user_id,
    attachments: [{ url: 'https://example.org/a.png', name: 'a.png' }],
  })
  expect(onward.message).toMatchObject({ sender: cleo.card, forwarded_from: ben.user_id })
  await eventually(() =>
    expect(frames.list.filter(({ type }) => type === 'chat_message')).toMatchObject([
      { message: { forwarded_from: ben.user_id } },
      { message: { sender: cleo.card } },
    ]),
  )
})

test("nobody changes another's words that they passed on; one's own they may", async () => {
  const { ada, ben, cleo, message_id } = await heard()
  const to = { message_id, receiver_id: cleo.user_id }
  const [others, own] = [await forward(ada, to), await forward(ben, to)]
  const edit = (caller: Caller, sent: { message_id: number }) =>
    world.bus.call(editMessage, { message_id: sent.message_id, content: 'I never said this' }, { caller })

  await expect(edit(ada, others)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await edit(ben, own)).toMatchObject({ message: { is_edited: true } })
})

test('forwards and sends keep the order in which they were asked for, from the first contact on', async () => {
  const { ada, cleo, message_id } = await heard()
  const receiver_id = cleo.user_id
  const asked = Array.from(
    { length: 20 },
    (_, i) => () =>
      i % 2 === 0
        ? world.bus.call(
            sendMessage,
            { receiver_id, content: `${i}`, client_id: clientId() },
            { caller: ada },
          )
        : forward(ada, { message_id, receiver_id, client_id: clientId() }),
  )

  const sent = await Promise.all(asked.map((ask) => ask()))

  expect(sent.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
})

test('only what the caller can read, is not deleted and was written by a person; nothing is opened for a refusal', async () => {
  const { ada, ben, cleo, message_id } = await heard()
  const to = { receiver_id: ben.user_id }
  await expect(forward(cleo, { message_id, ...to })).rejects.toMatchObject({ code: 'message_not_found' })
  const id = await group(ada, [ben])
  await world.bus.call(updateConversation, { conversation_id: id, title: 'other' }, { caller: ada })
  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: ada })
  const note = items.find(({ kind }) => kind === 'system')?.id ?? 0
  await expect(forward(ada, { message_id: note, conversation_id: id })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await world.bus.call(deleteMessage, { message_id }, { caller: ben })
  await expect(forward(ada, { message_id, conversation_id: id })).rejects.toMatchObject({
    code: 'message_deleted',
  })

  const own = await world.bus.call(listConversations, {}, { caller: cleo })
  expect(own.items).toEqual([])
})

test('the rules are those of a send: membership, blocks, a closed group, a broadcast, the rate', async () => {
  const { ada, ben, cleo, id, message_id } = await heard()
  const [foreign, closed, broadcast] = [
    await group(ben, [cleo]),
    await group(ada, [ben]),
    await group(ben, [ada], 'broadcast'),
  ]
  await world.bus.call(closeConversation, { conversation_id: closed }, { caller: ada })
  await world.bus.call(setBlock, { blocker_id: ben.user_id, blocked_id: ada.user_id, is_blocked: true })

  const codes: unknown[] = []
  for (const conversation_id of [foreign, closed, broadcast, id])
    codes.push(
      await forward(ada, { message_id, conversation_id }).catch(({ code }: { code: string }) => code),
    )
  expect(codes).toEqual(['conversation_not_found', 'conversation_closed', 'forbidden', 'forbidden'])

  const many = Array.from({ length: 70 }, () => forward(ada, { message_id, receiver_id: cleo.user_id }))
  const refused = (await Promise.allSettled(many)).filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(5)
  expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } })
})

test('what is passed on leaves a draft as it is', async () => {
  const { ada, cleo, message_id } = await heard()
  const { id } = await world.direct(ada, cleo)
  await world.bus.call(putDraft, { conversation_id: id, content: 'dear' }, { caller: ada })

  await forward(ada, { message_id, conversation_id: id })

  const { items } = await world.bus.call(listConversations, {}, { caller: ada })
  expect(items.find((each) => each.id === id)?.draft).toMatchObject({ content: 'dear' })
})
