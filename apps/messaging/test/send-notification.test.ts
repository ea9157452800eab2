import {
  limits,
  listNotifications,
  makeNotifications,
  putNotificationPreferences,
  sendNotification,
  type Params,
  type Role,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type Person, type World } from './world.ts'

const news = { title: 'News', message: 'Read all about it', notification_type: 'news.daily' }

const admin = (world: World): Person => ({ ...world.person(), role: 'admin' })

const send = (world: World, caller: Person, input: Partial<Params<typeof sendNotification>>) =>
  world.bus.call(sendNotification, { ...news, ...input }, { caller })

const list = async (world: World, caller: Person) =>
  (await world.bus.call(listNotifications, {}, { caller })).items

async function query<T extends pg.QueryResultRow>(
  world: World,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: world.database.url, options: '-c search_path=messaging' })
  await client.connect()
  try {
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** Makes people known to messaging, as auth's events would. */
async function know(world: World, people: readonly Person[]) {
  await query(
    world,
    `insert into user_card (user_id, username, first_name, last_name)
     select id, username, first_name, '' from jsonb_to_recordset($1::jsonb) as c (id bigint, username text, first_name text)`,
    [JSON.stringify(people.map(({ card }) => card))],
  )
}

const jobs = (world: World) =>
  query<{ notified: string; done: boolean; created_by: string; after_user_id: string }>(
    world,
    'select notified, done_at is not null as done, created_by, after_user_id from notification_job order by id',
  )

const finished = (world: World) =>
  eventually(async () => expect((await jobs(world)).every(({ done }) => done)).toBe(true), {
    timeoutMs: 15_000,
  })

test('an admin notifies named people, each once, and only them; a repeat gives the first id', async () => {
  await using world = await startWorld()
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const root = admin(world)
  const frames = await world.frames(ada)
  const client_id = clientId()
  const user_ids = [ben.user_id, ada.user_id, ben.user_id]

  const first = await send(world, root, { user_ids, client_id, data: { url: '/news/1' } })
  const again = await send(world, root, { user_ids, client_id })
  await finished(world)

  expect(again).toEqual(first)
  const notification = { ...news, data: { url: '/news/1' }, read_at: null }
  for (const person of [ada, ben]) expect(await list(world, person)).toMatchObject([notification])
  expect(await list(world, cem)).toEqual([])
  await eventually(() => expect(frames.list).toMatchObject([{ type: 'notify', ...news }]))
  expect(await jobs(world)).toMatchObject([{ created_by: String(root.user_id), notified: '2' }])
})

test('everyone: those who are known, those who become known while it is under way, and nobody who does not want it', async () => {
  await using world = await startWorld({ NOTIFICATION_RATE: '100000' })
  const people = Array.from({ length: 250 }, () => world.person())
  const [ada, ben, late] = [people[0]!, people[1]!, world.person()]
  await know(world, people)
  const preferences = { types: { 'news.daily': false } }
  await world.bus.call(putNotificationPreferences, preferences, { caller: ben })
  const { cursor } = await syncFrom(world.bus, ada)

  await send(world, admin(world), { everyone: true })
  await eventually(async () => expect(await list(world, people.at(-1)!)).toHaveLength(1))
  await know(world, [late])
  await finished(world)

  const count = 'select user_id, count(*) from notification group by user_id'
  const counts = await query<{ count: string }>(world, count)
  expect(counts).toHaveLength(250)
  expect(counts.every(({ count }) => count === '1')).toBe(true)
  expect(await list(world, ben)).toEqual([])
  expect(await list(world, late)).toHaveLength(1)
  expect((await syncFrom(world.bus, ada, cursor)).frames).toMatchObject([{ type: 'notify', ...news }])
}, 30_000)

test('by role: agents, admins, or those who are neither', async () => {
  await using world = await startWorld()
  const roles = ['user', 'agent', 'admin', 'user'] as const
  const people = roles.map((role) => ({ ...world.person(), role }))
  await know(world, people)
  await query(
    world,
    `insert into staff (user_id, role, version, since) values ($1, 'agent', 2, 2), ($2, 'admin', 2, 2), ($3, 'user', 3, 0)`,
    people.slice(1).map(({ user_id }) => user_id),
  )

  for (const role of ['user', 'agent', 'admin'] satisfies Role[])
    await send(world, people[2]!, { role, title: role })
  await finished(world)

  for (const person of people) expect(await list(world, person)).toMatchObject([{ title: person.role }])
}, 30_000)

test('a job whose process is gone is ended by another, and nobody is notified twice', async () => {
  await using world = await startWorld({ NOTIFICATION_RATE: '200' })
  const people = Array.from({ length: 450 }, () => world.person())
  await know(world, people)
  await send(world, admin(world), { everyone: true })
  await eventually(async () => expect(Number((await jobs(world))[0]?.after_user_id)).toBeGreaterThan(0))

  await world.service[Symbol.asyncDispose]()
  const before = await query<{ count: string }>(world, 'select count(*) from notification')
  // As if it had died after a chunk was made and before that was noted.
  await query(world, 'update notification_job set after_user_id = 0, due_at = now()')
  await using _next = await world.start({ NOTIFICATION_RATE: '100000' })
  await finished(world)

  const counts = await query<{ user_id: string; count: string }>(
    world,
    'select user_id, count(*) from notification group by user_id',
  )
  expect(Number(before[0]?.count)).toBeLessThan(450)
  expect(counts).toHaveLength(450)
  expect(counts.every(({ count }) => count === '1')).toBe(true)
  expect(await jobs(world)).toMatchObject([{ notified: '450' }])
}, 30_000)

test('two processes that make the same notifications at once make each of them once', async () => {
  await using world = await startWorld()
  const [ada] = [world.person()]
  const input = { ...news, shard: ada.user_id % 256, job_id: 1, user_ids: [ada.user_id] }

  await Promise.all(Array.from({ length: 4 }, () => world.bus.call(makeNotifications, input)))

  expect(await list(world, ada)).toHaveLength(1)
})

test.each([
  ['nobody', {}, 'user_ids'],
  ['two audiences', { everyone: true as const, role: 'user' as const }, 'user_ids'],
  ['no names', { user_ids: [] }, 'user_ids'],
  ['a type that is no word', { everyone: true as const, notification_type: 'New!' }, 'notification_type'],
  ['too long a title', { everyone: true as const, title: 'x'.repeat(101) }, 'title'],
  [
    'too much data',
    { everyone: true as const, data: { x: 'x'.repeat(limits.notification.data_chars) } },
    'data',
  ],
  ['data that cannot be stored', { everyone: true as const, data: { x: ['\0'] } }, 'data'],
])('refused: %s', async (_, input, path) => {
  await using world = await startWorld()
  await expect(send(world, admin(world), input)).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path }],
  })
})

test('only an admin may, and only people who exist can be named', async () => {
  await using world = await startWorld()
  const ada = world.person()
  for (const role of ['user', 'agent'] as const) {
    const asked = send(world, { ...ada, role }, { user_ids: [ada.user_id] })
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
  }
  const unknown = send(world, admin(world), { user_ids: [ada.user_id, 257] })
  await expect(unknown).rejects.toMatchObject({ code: 'user_not_found' })
  expect(await jobs(world)).toEqual([])
})
