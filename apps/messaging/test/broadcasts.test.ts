import {
  getConversation,
  markRead,
  openConversation,
  react,
  sendMessage,
  setMemberRole,
  setTyping,
  updateConversation,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })

const picture = 'https://pictures.example/news.png'

async function open(kind: 'group' | 'broadcast') {
  const [owner, admin, reader] = [world.person(), world.person(), world.person()] as [Person, Person, Person]
  const user_ids = [admin.user_id, reader.user_id]
  const { conversation } = await world.bus.call(
    openConversation,
    { kind, title: 'News', picture, user_ids, client_id: clientId() },
    { caller: owner },
  )
  const { id } = conversation
  await world.bus.call(
    setMemberRole,
    { conversation_id: id, user_id: admin.user_id, role: 'admin' },
    { caller: owner },
  )
  return { owner, admin, reader, id, conversation }
}

test('in a broadcast the owner and admins send; everyone reads, reacts and sends receipts', async () => {
  const { owner, admin, reader, id, conversation } = await open('broadcast')
  const frames = await world.frames(reader)

  const first = await say(id, 'one', owner)
  await say(id, 'two', admin)

  expect(conversation).toMatchObject({ kind: 'broadcast', title: 'News' })
  await expect(say(id, 'me too', reader)).rejects.toMatchObject({ code: 'forbidden' })
  await world.bus.call(react, { message_id: first.message_id, emoji: '👍' }, { caller: reader })
  await world.bus.call(markRead, { conversation_id: id, seq: 2 }, { caller: reader })
  await eventually(() =>
    expect(frames.list.map(({ type }) => type)).toEqual([
      ...['chat_message', 'read_receipt', 'chat_message', 'message_reaction', 'read_receipt'],
    ]),
  )
})

test('typing of those who may not send in a broadcast reaches nobody', async () => {
  const { owner, admin, reader, id } = await open('broadcast')
  const frames = await world.frames(owner)

  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: reader })
  await world.bus.call(setTyping, { conversation_id: id, is_typing: true }, { caller: admin })

  await eventually(() => expect(frames.list).toMatchObject([{ user_id: admin.user_id }]))
})

test.each(['group', 'broadcast'] as const)(
  'the picture of a %s is set, changed and removed',
  async (kind) => {
    const { owner, reader, id, conversation } = await open(kind)
    const frames = await world.frames(reader)
    const update = (given: { title?: string; picture?: string }, caller: Person = owner) =>
      world.bus.call(updateConversation, { conversation_id: id, ...given }, { caller })
    const next = 'http://pictures.example/next.png'

    expect(conversation.picture).toBe(picture)
    expect(await update({ picture: next })).toMatchObject({ title: 'News', picture: next })
    expect(await update({ title: 'Good news' })).toMatchObject({ title: 'Good news', picture: next })
    expect(await update({ picture: '' })).toMatchObject({ picture: null })

    await eventually(() =>
      expect(frames.list).toMatchObject([
        { event: 'conversation.update', conversation: { title: 'News', picture: next } },
        { event: 'conversation.update', conversation: { title: 'Good news', picture: next } },
        { message: { system: { event: 'renamed' } } },
        { event: 'conversation.update', conversation: { picture: null } },
      ]),
    )
    expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: reader })).toMatchObject({
      ...{ title: 'Good news', picture: null },
    })
    await expect(update({})).rejects.toMatchObject({ code: 'invalid' })
    await expect(update({ picture: 'javascript:alert(1)' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(update({ picture: next }, reader)).rejects.toMatchObject({ code: 'forbidden' })
  },
)

test('a picture outlives the process that set it', async () => {
  await using other = await startWorld()
  const owner = other.person()
  const { conversation } = await other.bus.call(
    openConversation,
    { kind: 'group', title: 'Chess', picture, user_ids: [] },
    { caller: owner },
  )
  await other.service[Symbol.asyncDispose]()
  await using _next = await other.start()

  const renamed = await other.bus.call(
    updateConversation,
    { conversation_id: conversation.id, title: 'Go' },
    { caller: owner },
  )

  expect(renamed.picture).toBe(picture)
})
