import { randomInt } from 'node:crypto'
import {
  closeMatchConversation,
  deleteMessage,
  editMessage,
  getNotificationPreferences,
  limits,
  listNotifications,
  openConversation,
  openMatchConversation,
  putNotificationPreferences,
  readNotifications,
  sendMessage,
  setBlock,
  updateConversation,
  type Notification,
  type Params,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type Frames, type Person, type World } from './world.ts'

const unlimited = { SEND_BURST: '100000', SEND_RATE: '100000' }

let world: World
let time = new Date('2026-01-10T12:00:00.000Z')
beforeAll(async () => (world = await startWorld(unlimited, () => time)))
afterAll(() => world[Symbol.asyncDispose]())

const say = (conversation_id: number, content: string, caller: Person) =>
  world.bus.call(sendMessage, { conversation_id, content, client_id: clientId() }, { caller })

const list = (caller: Person, input: Params<typeof listNotifications> = {}) =>
  world.bus.call(listNotifications, input, { caller })

const titles = (items: readonly Notification[]) => items.map(({ title }) => title)
const told = (frames: Pick<Frames, 'list'>) => frames.list.filter(({ type }) => type === 'notify')

async function group(...people: Person[]) {
  const [owner, ...others] = people as [Person, ...Person[]]
  const user_ids = others.map(({ user_id }) => user_id)
  const input = { kind: 'group' as const, title: 'Chess', user_ids, client_id: clientId() }
  return (await world.bus.call(openConversation, input, { caller: owner })).conversation.id
}

async function match(a: Person, b: Person, generation = 1) {
  const user_ids = [a.user_id, b.user_id].sort((one, other) => one - other) as [number, number]
  const made = { match_id: randomInt(1, 2 ** 40), user_ids, generation, created_at: time.toISOString() }
  return { ...made, ...(await world.bus.call(openMatchConversation, made)) }
}

test('S1: a match notifies both, once, after it was told itself', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const frames = await world.frames(ada)

  const { match_id, conversation_id, ...made } = await match(ada, ben)
  await world.bus.call(openMatchConversation, { match_id, ...made })

  const data = { match_id, user_id: ben.user_id, conversation_id }
  await eventually(() =>
    expect(frames.list).toMatchObject([
      { type: 'new_match' },
      { type: 'conversation_update' },
      { type: 'notify', notification_type: 'match', title: 'New match', data },
    ]),
  )
  const { type: _, ...frame } = told(frames)[0] ?? {}
  expect(await list(ada)).toEqual({
    items: [{ ...frame, read_at: null }],
    next_cursor: null,
    unread_count: 1,
  })
  expect((await list(ben)).items).toMatchObject([{ data: { user_id: ada.user_id } }])

  await world.bus.call(closeMatchConversation, { match_id, ...made })
  await match(ada, ben, 2)
  expect((await list(ada)).items).toHaveLength(2)
})

test('S3: notifications arrive live, typed, with title and text: who is named in a message is notified with it, not the one who wrote it, and once for each name', async () => {
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const id = await group(ada, ben, cem)
  const frames = await world.frames(ben)
  const names = [ada, ben, ben].map(({ card }) => `@${card.username}`)
  const content = `${names[0]} and **${names[1]}**,\n\n> ${names[2]}!`

  const { message_id } = await say(id, content, ada)

  await eventually(() => expect(told(frames)).toHaveLength(1))
  expect(told(frames)).toMatchObject([
    {
      notification_type: 'mention',
      title: `${ada.card.first_name} mentioned you`,
      message: `${names[0]} and ${names[1]}, ${names[2]}!`,
      data: { conversation_id: id, message_id },
    },
  ])
  expect((await list(ben)).items).toHaveLength(1)
  for (const other of [ada, cem]) expect((await list(other)).items).toEqual([])
})

test('an edit notifies those whom the message did not name before', async () => {
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const id = await group(ada, ben, cem)
  const { message_id } = await say(id, `@${ben.card.username}`, ada)

  const content = `@${ben.card.username} @${cem.card.username}`
  await world.bus.call(editMessage, { message_id, content }, { caller: ada })

  for (const named of [ben, cem]) expect((await list(named)).items).toMatchObject([{ data: { message_id } }])
})

test('a deleted message takes along the notifications that quote it', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const { message_id } = await say(id, `a secret, @${ben.card.username}`, ada)
  const kept = await say(id, `@${ben.card.username}`, ada)
  await world.bus.call(editMessage, { message_id, content: 'nothing' }, { caller: ada })

  await world.bus.call(deleteMessage, { message_id }, { caller: ada })

  expect((await list(ben)).items).toMatchObject([{ data: { message_id: kept.message_id } }])
})

test('a name across a block notifies nobody, whoever of the two blocks', async () => {
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const id = await group(ada, ben, cem)
  const block = (blocker: Person, blocked: Person) =>
    world.bus.call(setBlock, { blocker_id: blocker.user_id, blocked_id: blocked.user_id, is_blocked: true })
  await block(ada, ben)
  await block(cem, ada)

  await say(id, `@${ben.card.username} @${cem.card.username}`, ada)
  await say(id, `@${cem.card.username}`, ben)

  expect((await list(ben)).items).toEqual([])
  expect(titles((await list(cem)).items)).toEqual([`${ben.card.first_name} mentioned you`])
})

test('a repeated send notifies once', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const sent = { conversation_id: id, content: `@${ben.card.username}`, client_id: clientId() }

  for (let i = 0; i < 2; i++) await world.bus.call(sendMessage, sent, { caller: ada })

  expect((await list(ben)).items).toHaveLength(1)
})

test('S0: one chooses which types of notification one gets', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const preferences = { types: { mention: false, info: true }, quiet_hours: null }
  expect(await world.bus.call(getNotificationPreferences, {}, { caller: ben })).toEqual({
    types: {},
    quiet_hours: null,
  })

  const saved = await world.bus.call(putNotificationPreferences, preferences, { caller: ben })
  await say(id, `@${ben.card.username}`, ada)
  await match(ada, ben)

  expect(saved).toEqual(preferences)
  expect(await world.bus.call(getNotificationPreferences, {}, { caller: ben })).toEqual(preferences)
  expect((await list(ben)).items).toMatchObject([{ notification_type: 'match' }])
})

test('S0: notifications rest in quiet hours: they are listed, and told neither then nor later', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const quiet_hours = { from: '22:00', to: '07:00', time_zone: 'Europe/Berlin' }
  await world.bus.call(putNotificationPreferences, { quiet_hours }, { caller: ben })
  const frames = await world.frames(ben)
  const { cursor } = await syncFrom(world.bus, ben)

  time = new Date('2026-01-10T21:30:00.000Z')
  await say(id, `at night, @${ben.card.username}`, ada)
  time = new Date('2026-01-11T06:00:00.000Z')
  await say(id, `in the morning, @${ben.card.username}`, ada)

  await eventually(() => expect(told(frames)).toHaveLength(1))
  expect(told(await syncFrames(ben, cursor))).toEqual(told(frames))
  expect(told(frames)[0]).toMatchObject({ message: `in the morning, @${ben.card.username}` })
  expect(await list(ben)).toMatchObject({
    items: [{}, { timestamp: '2026-01-10T21:30:00.000Z' }],
    unread_count: 2,
  })
})

test('who has muted a conversation finds in the list what names them there, and no frame tells of it', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const frames = await world.frames(ben)
  const muted_until = new Date(time.getTime() + 60_000).toISOString()
  await world.bus.call(updateConversation, { conversation_id: id, muted_until }, { caller: ben })

  await say(id, `muted, @${ben.card.username}`, ada)
  time = new Date(time.getTime() + 60_000)
  await say(id, `not any more, @${ben.card.username}`, ada)

  await eventually(() => expect(told(frames)).toHaveLength(1))
  expect(told(frames)[0]).toMatchObject({ message: `not any more, @${ben.card.username}` })
  expect((await list(ben)).items).toHaveLength(2)
})

const syncFrames = async (who: Person, cursor: string) => ({
  list: (await syncFrom(world.bus, who, cursor)).frames,
})

test('S3: notifications missed while away arrive later, after what they are about, once, as long as they are unread', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  await say(id, `zero @${ben.card.username}`, ada)
  const { cursor } = await syncFrom(world.bus, ben)
  await say(id, `one @${ben.card.username}`, ada)
  await say(id, `two @${ben.card.username}`, ada)
  const [newest] = (await list(ben)).items
  await world.bus.call(readNotifications, { ids: [newest!.id] }, { caller: ben })

  const missed = await syncFrom(world.bus, ben, cursor)

  expect(told({ list: missed.frames })).toMatchObject([{ message: `one @${ben.card.username}` }])
  expect(missed.frames.at(-1)).toMatchObject({ type: 'notify' })
  expect((await syncFrom(world.bus, ben, missed.cursor)).frames).toEqual([])
})

test('a sync brings the newest 100; the list pages through all, newest first', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const { cursor } = await syncFrom(world.bus, ben)
  for (let i = 1; i <= 101; i++) await say(id, `${i} @${ben.card.username}`, ada)
  const numbers = (of: readonly { message?: unknown }[]) =>
    of.map(({ message }) => parseInt(String(message), 10))
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

  const missed = told(await syncFrames(ben, cursor))
  const items: Notification[] = []
  let page = await list(ben, { limit: 40 })
  for (items.push(...page.items); page.next_cursor !== null; items.push(...page.items))
    page = await list(ben, { limit: 40, cursor: page.next_cursor })

  expect(limits.notification.replayed).toBe(100)
  expect(numbers(missed)).toEqual(upTo(101).slice(1))
  expect(numbers(items)).toEqual(upTo(101).reverse())
  expect(page.unread_count).toBe(101)
})

test('read: those that are named, or all; others’ stay as they are', async () => {
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const id = await group(ada, ben, cem)
  for (const n of [1, 2, 3]) await say(id, `${n} @${ben.card.username} @${cem.card.username}`, ada)
  const [third, second] = (await list(ben)).items as [Notification, Notification]

  await world.bus.call(readNotifications, { ids: [third.id] }, { caller: cem })
  await world.bus.call(readNotifications, { ids: [second.id, 1] }, { caller: ben })
  const some = await list(ben)
  const unread = await list(ben, { unread: true })
  await world.bus.call(readNotifications, {}, { caller: ben })

  expect(some.items.map(({ read_at }) => read_at)).toEqual([null, time.toISOString(), null])
  expect(unread).toMatchObject({ items: [{ id: third.id }, {}], unread_count: 2 })
  expect(await list(ben, { unread: true })).toMatchObject({ items: [], unread_count: 0 })
  expect((await list(ben)).items).toHaveLength(3)
  expect((await list(cem)).unread_count).toBe(3)
})

test('a message that is not stored notifies nobody', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const id = await group(ada, ben)
  const frames = await world.frames(ben)
  const client = new pg.Client({ connectionString: world.database.url, options: '-c search_path=messaging' })
  await client.connect()
  await client.query(`alter table message add constraint refused check (content not like 'refused%')`)

  await expect(say(id, `refused @${ben.card.username}`, ada)).rejects.toMatchObject({ code: 'internal' })
  await client.query('alter table message drop constraint refused')
  await client.end()
  await say(id, `taken @${ben.card.username}`, ada)

  await eventually(() => expect(told(frames)).toHaveLength(1))
  expect((await list(ben)).items).toMatchObject([{ message: `taken @${ben.card.username}` }])
})

test('what is older than NOTIFICATION_DAYS is deleted, read or not', async () => {
  await using old = await startWorld({ NOTIFICATION_DAYS: '2' }, () => time)
  const [ada, ben] = [old.person(), old.person()]
  const { id } = await old.direct(ada, ben)
  const content = `@${ben.card.username}`
  const send = (client_id: string) =>
    old.bus.call(sendMessage, { conversation_id: id, content, client_id }, { caller: ada })
  await send(clientId())
  time = new Date(time.getTime() + 2 * 86_400_000 - 1)
  await send(clientId())
  time = new Date(time.getTime() + 2)

  await using _next = await old.start()

  await eventually(async () =>
    expect((await old.bus.call(listNotifications, {}, { caller: ben })).items).toHaveLength(1),
  )
})

test.each([
  [{ types: { 'No Type': true } }, 'types'],
  [{ types: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, true])) }, 'types'],
  [{ quiet_hours: { from: '24:00', to: '07:00', time_zone: 'UTC' } }, 'quiet_hours.from'],
  [{ quiet_hours: { from: '07:00', to: '07:00', time_zone: 'UTC' } }, 'quiet_hours.to'],
  [{ quiet_hours: { from: '22:00', to: '07:00', time_zone: 'Mars/Olympus' } }, 'quiet_hours.time_zone'],
])('preferences %j are refused, naming %s', async (preferences, path) => {
  const refused = world.bus.call(putNotificationPreferences, preferences, { caller: world.person() })
  const errors = expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining(path) })])
  await expect(refused).rejects.toMatchObject({ code: 'invalid', errors })
})
