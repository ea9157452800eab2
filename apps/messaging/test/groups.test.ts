import {
  addMembers,
  closeConversation,
  getConversation,
  getMessage,
  listMembers,
  listMessages,
  openConversation,
  removeMember,
  sendMessage,
  setMemberRole,
  sync,
  updateConversation,
  type Caller,
} from '@parley/protocol'
import { parseReply } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '100000', SEND_RATE: '100000' })))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, content: string, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })

const ids = (people: readonly Person[]): number[] => people.map(({ user_id }) => user_id)

async function group(size = 3) {
  const [owner, ...others] = Array.from({ length: size }, () => world.person()) as [Person, ...Person[]]
  const { conversation } = await world.bus.call(
    openConversation,
    { kind: 'group', title: 'Chess', user_ids: ids(others), client_id: clientId() },
    { caller: owner },
  )
  return { owner, others, id: conversation.id, conversation }
}

test('S3: a group tells each of its members, and its owner may be one only', async () => {
  const watcher = world.person()
  const frames = await world.frames(watcher)
  const owner = world.person()

  const { conversation } = await world.bus.call(
    openConversation,
    { kind: 'group', title: 'Chess', user_ids: [watcher.user_id, watcher.user_id, owner.user_id] },
    { caller: owner },
  )

  expect(conversation).toMatchObject({
    kind: 'group',
    title: 'Chess',
    last_seq: 0,
    participants: [watcher.card, owner.card],
    member_count: 2,
  })
  await eventually(() =>
    expect(frames.list).toMatchObject([{ type: 'conversation_update', event: 'conversation.create' }]),
  )
  const { items } = await world.bus.call(
    listMembers,
    { conversation_id: conversation.id },
    { caller: watcher },
  )
  expect(items.map(({ user, role }) => [user.id, role]).sort()).toEqual(
    [
      [owner.user_id, 'owner'],
      [watcher.user_id, 'member'],
    ].sort(),
  )
})

test('20 racing creations with one client_id make one group', async () => {
  const [owner, other] = [world.person(), world.person()]
  const input = { kind: 'group' as const, title: 'Once', user_ids: [other.user_id], client_id: clientId() }

  const made = await Promise.all(
    Array.from({ length: 20 }, () => world.bus.call(openConversation, input, { caller: owner })),
  )

  expect(new Set(made.map(({ conversation }) => conversation.id)).size).toBe(1)
  expect(made.filter(({ existed }) => !existed)).toHaveLength(1)
})

test('who is added sees what comes from then on, and nothing before', async () => {
  const { owner, id } = await group()
  const late = world.person()
  const before = await say(id, 'before', owner)
  const frames = await world.frames(late)

  const added = await world.bus.call(
    addMembers,
    { conversation_id: id, user_ids: [late.user_id] },
    { caller: owner },
  )
  await say(id, 'after', owner)

  expect(added.items).toMatchObject([{ user: late.card, role: 'member' }])
  await eventually(() =>
    expect(frames.list.map(({ type }) => type)).toEqual([
      'conversation_update',
      'chat_message',
      'chat_message',
    ]),
  )
  expect(frames.list[0]).toMatchObject({
    event: 'conversation.create',
    conversation: { unread_count: 0, last_message: null },
  })
  expect(frames.list[1]).toMatchObject({
    message: { kind: 'system', system: { event: 'joined', user_ids: [late.user_id] } },
  })
  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: late })
  expect(items.map(({ kind, content }) => [kind, content])).toEqual([
    ['system', ''],
    ['text', 'after'],
  ])
  await expect(
    world.bus.call(getMessage, { message_id: before.message_id }, { caller: late }),
  ).rejects.toMatchObject({ code: 'message_not_found' })
  expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: late })).toMatchObject({
    unread_count: 1,
  })
})

test('T22: what was said before somebody joined can neither be answered nor quoted by them', async () => {
  const { owner, id } = await group()
  const late = world.person()
  const { message_id } = await say(id, 'before', owner)
  await world.bus.call(addMembers, { conversation_id: id, user_ids: [late.user_id] }, { caller: owner })

  for (const extras of [{ parent_message_id: message_id }, { quoted_message_id: message_id }]) {
    const input = { conversation_id: id, content: 'what was that?', ...extras }
    await expect(world.bus.call(sendMessage, input, { caller: late })).rejects.toMatchObject({
      code: 'message_not_found',
    })
    expect(await world.bus.call(sendMessage, input, { caller: owner })).toMatchObject({ duplicate: false })
  }
})

test('T22: no frame reaches a removed member after the one that says so, however fast others write', async () => {
  const { owner, others, id } = await group(4)
  const removed = others[0] as Person
  const frames = await world.frames(removed)
  const ownerFrames = await world.frames(owner)

  const sends = Array.from({ length: 60 }, (_, i) => say(id, `${i}`, others[1 + (i % 2)] as Person))
  const removal = world.bus.call(
    removeMember,
    { conversation_id: id, user_id: removed.user_id },
    { caller: owner },
  )
  sends.push(...Array.from({ length: 60 }, (_, i) => say(id, `later ${i}`, owner)))
  await Promise.all([...sends, removal])

  await eventually(() =>
    expect(ownerFrames.list.filter(({ type }) => type === 'chat_message')).toHaveLength(121),
  )
  const left = frames.list.findIndex(({ event }) => event === 'conversation.member_left')
  expect(left).toBe(frames.list.length - 1)
  await expect(
    world.bus.call(listMessages, { conversation_id: id }, { caller: removed }),
  ).rejects.toMatchObject({ code: 'conversation_not_found' })
  await expect(say(id, 'x', removed)).rejects.toMatchObject({ code: 'conversation_not_found' })
})

test('a resume tells who left that they did, and nothing that was said after', async () => {
  const { owner, others, id } = await group()
  const removed = others[0] as Person
  const start = await world.bus.call(sync, {}, { caller: removed })
  await world.bus.call(removeMember, { conversation_id: id, user_id: removed.user_id }, { caller: owner })
  await say(id, 'secret', owner)

  const reply = await world.bus.forward(sync, {
    caller: removed,
    trace_id: 't',
    input: { cursor: start.cursor },
  })

  expect(parseReply(reply)).toMatchObject({ continuation: null })
  const frames = reply
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(frames).toMatchObject([
    {
      type: 'conversation_update',
      event: 'conversation.member_left',
      conversation: { id, participants: [], last_message: null },
    },
  ])
})

test('who comes back sees from then on', async () => {
  const { owner, others, id } = await group()
  const back = others[0] as Person
  await world.bus.call(removeMember, { conversation_id: id, user_id: back.user_id }, { caller: back })
  await say(id, 'meanwhile', owner)
  await world.bus.call(addMembers, { conversation_id: id, user_ids: [back.user_id] }, { caller: owner })
  await say(id, 'welcome back', owner)

  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: back })

  expect(items.map(({ kind, content }) => [kind, content])).toEqual([
    ['system', ''],
    ['text', 'welcome back'],
  ])
})

test('the owner hands the group over, and may leave only then', async () => {
  const { owner, others, id } = await group()
  const next = others[0] as Person
  const leave = () =>
    world.bus.call(removeMember, { conversation_id: id, user_id: owner.user_id }, { caller: owner })
  await expect(leave()).rejects.toMatchObject({ code: 'forbidden' })

  await world.bus.call(
    setMemberRole,
    { conversation_id: id, user_id: next.user_id, role: 'owner' },
    { caller: owner },
  )
  await leave()

  const { items } = await world.bus.call(listMembers, { conversation_id: id }, { caller: next })
  expect(items.filter(({ role }) => role === 'owner').map(({ user }) => user.id)).toEqual([next.user_id])
  expect(items).toHaveLength(2)
})

test('what a plain member may not do is forbidden, and a stranger does not see the group', async () => {
  const { owner, others, id } = await group()
  const [member, other] = others as [Person, Person]
  const stranger = world.person()
  const attempts = (caller: Caller) => [
    world.bus.call(addMembers, { conversation_id: id, user_ids: [stranger.user_id] }, { caller }),
    world.bus.call(removeMember, { conversation_id: id, user_id: other.user_id }, { caller }),
    world.bus.call(removeMember, { conversation_id: id, user_id: owner.user_id }, { caller }),
    world.bus.call(setMemberRole, { conversation_id: id, user_id: other.user_id, role: 'admin' }, { caller }),
    world.bus.call(updateConversation, { conversation_id: id, title: 'x' }, { caller }),
    world.bus.call(closeConversation, { conversation_id: id }, { caller }),
  ]

  const codesOf = async (caller: Caller) =>
    (await Promise.allSettled(attempts(caller))).map((attempt) =>
      attempt.status === 'rejected' ? (attempt.reason as { code: string }).code : 'done',
    )
  expect(new Set(await codesOf(member))).toEqual(new Set(['forbidden']))
  expect(new Set(await codesOf(stranger))).toEqual(new Set(['conversation_not_found']))
})

test('an admin adds, renames and removes plain members, but not the owner', async () => {
  const { owner, others, id } = await group()
  const [admin, member] = others as [Person, Person]
  await world.bus.call(
    setMemberRole,
    { conversation_id: id, user_id: admin.user_id, role: 'admin' },
    { caller: owner },
  )

  const renamed = await world.bus.call(
    updateConversation,
    { conversation_id: id, title: 'Go' },
    { caller: admin },
  )
  await world.bus.call(removeMember, { conversation_id: id, user_id: member.user_id }, { caller: admin })

  expect(renamed.title).toBe('Go')
  expect(await world.bus.call(getConversation, { conversation_id: id }, { caller: owner })).toMatchObject({
    title: 'Go',
    unread_count: 0,
    participants: [owner.card, admin.card],
  })
  await expect(
    world.bus.call(removeMember, { conversation_id: id, user_id: owner.user_id }, { caller: admin }),
  ).rejects.toMatchObject({ code: 'forbidden' })
})

test('a closed group keeps what was said, and takes no more', async () => {
  const { owner, others, id } = await group()
  await say(id, 'last words', owner)

  await world.bus.call(closeConversation, { conversation_id: id }, { caller: owner })

  await expect(say(id, 'x', owner)).rejects.toMatchObject({ code: 'conversation_closed' })
  const { items } = await world.bus.call(
    listMessages,
    { conversation_id: id },
    { caller: others[0] as Person },
  )
  expect(items).toMatchObject([{ content: 'last words' }])
})

test('an unknown person cannot be added, and nobody else is then', async () => {
  const { owner, id } = await group()
  const known = world.person()

  await expect(
    world.bus.call(
      addMembers,
      { conversation_id: id, user_ids: [known.user_id, 999 * 256] },
      { caller: owner },
    ),
  ).rejects.toMatchObject({ code: 'user_not_found' })

  expect(
    (await world.bus.call(getConversation, { conversation_id: id }, { caller: owner })).participants,
  ).toHaveLength(3)
})
