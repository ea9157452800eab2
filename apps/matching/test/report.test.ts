import { randomUUID } from 'node:crypto'
import { block, getProfile, listMatches, makeId, putProfile, report, shardOf } from '@parley/protocol'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportHandler } from '../src/handlers/report.ts'
import { callerOf, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const stored = (id: number) =>
  world.db.selectFrom('report').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

let messages = 0
/** A message in a conversation, as its readers get it. */
function write(sender: number, { conversation_id, readers }: { conversation_id: number; readers: number[] }) {
  const id = makeId(50_000 + ++messages, shardOf(conversation_id))
  const message = {
    ...{ id, conversation_id, seq: messages, rev: messages, client_id: null, kind: 'text' as const },
    ...{ content: `message ${messages}`, sender: world.auth.add(sender), parent_message_id: null },
    ...{ attachments: [], reactions: {}, reply_count: 0, mentions: [], quote: null, forwarded_from: null },
    ...{ system: null, created_at: '2026-03-01T12:00:00.000Z' },
    ...{ is_edited: false, edited_at: null, is_deleted: false },
  }
  const readable = { message, readers }
  world.messaging.messages.push(readable)
  const change = (changes: object) => void (readable.message = { ...message, ...changes })
  return { message, change }
}

test('T79: a report keeps the message as it was, whatever its sender does to it later', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const { message, change } = write(ben, { conversation_id: makeId(1, 1), readers: [ada, ben] })
  await world.as(ben)(putProfile, { bio: 'Sells watches.' })

  const { id, duplicate } = await world.as(ada)(report, {
    user_id: ben,
    reason: 'scam',
    detail: 'Wants money.',
    message_id: message.id,
  })
  change({ content: '', is_deleted: true })
  await world.as(ben)(putProfile, {})

  expect(duplicate).toBe(false)
  expect(await stored(id)).toEqual({
    ...{ id, reporter_id: ada, reported_id: ben, reason: 'scam', detail: 'Wants money.' },
    ...{ message_id: message.id, conversation_id: makeId(1, 1), messages: [message], client_id: null },
    ...{ card: world.auth.add(ben), bio: 'Sells watches.', created_at: expect.any(Date) },
  })
})

test('a conversation is reported with its newest 20 messages', async () => {
  const [ada, ben, conversation_id] = [world.stranger(), world.stranger(), makeId(2, 2)]
  const written = Array.from(
    { length: 25 },
    (_, n) => write(n % 2 ? ada : ben, { conversation_id, readers: [ada, ben] }).message,
  )

  const { id } = await world.as(ada)(report, { user_id: ben, reason: 'harassment', conversation_id })

  expect(await stored(id)).toMatchObject({ conversation_id, message_id: null, messages: written.slice(-20) })
})

test('a person is reported without any message', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]

  const { id } = await world.as(ada)(report, { user_id: ben, reason: 'fake_profile' })

  const none = { detail: null, message_id: null, conversation_id: null, messages: [], bio: null }
  expect(await stored(id)).toMatchObject({ ...none, card: { id: ben } })
})

test('what the reporter cannot read answers as what does not exist', async () => {
  const [ada, ben, eve] = [world.stranger(), world.stranger(), world.stranger()]
  const { message } = write(ben, { conversation_id: makeId(3, 3), readers: [ada, ben] })
  const answers = async (code: string, about: object) =>
    expect(world.as(eve)(report, { user_id: ben, reason: 'spam', ...about })).rejects.toMatchObject({ code })

  for (const message_id of [message.id, 4_711]) await answers('message_not_found', { message_id })
  for (const conversation_id of [message.conversation_id, 4_711]) {
    await answers('conversation_not_found', { conversation_id })
  }
  await answers('user_not_found', { user_id: 999_999_999 })
})

test('a field that does not fit is refused by name', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const { message } = write(ada, { conversation_id: makeId(4, 4), readers: [ada, ben] })
  const bens = write(ben, { conversation_id: makeId(4, 4), readers: [ada, ben] }).message
  const wrong = (path: string, about: object) =>
    expect(
      world.as(ada)(report, { user_id: ben, reason: 'spam', ...about }),
      JSON.stringify(about),
    ).rejects.toMatchObject({ code: 'invalid', errors: [{ path }] })

  await wrong('user_id', { user_id: ada })
  await wrong('message_id', { message_id: message.id })
  await wrong('conversation_id', { message_id: bens.id, conversation_id: makeId(5, 5) })
  await wrong('reason', { reason: 'boring' })
  await wrong('detail', { detail: 'x'.repeat(1_001) })
})

test('a repeated client_id gives the first report, also at once', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const input = { user_id: ben, reason: 'spam' as const, client_id: randomUUID() }

  const answers = await Promise.all(Array.from({ length: 8 }, () => world.as(ada)(report, input)))
  const later = await world.as(ada)(report, { ...input, user_id: world.stranger() })

  expect(new Set([...answers, later].map(({ id }) => id)).size).toBe(1)
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  expect(later.duplicate).toBe(true)
  const other = await world.as(ben)(report, { ...input, user_id: ada })
  expect(other).toMatchObject({ duplicate: false })
})

test('T79: of 30 reports at once a person makes 20, and the next when the first is a day old', async () => {
  const [ada, cleo] = [world.stranger(), world.stranger()]
  const give = () => world.as(ada)(report, { user_id: world.stranger(), reason: 'spam' })

  const given = await Promise.allSettled(Array.from({ length: 30 }, give))

  expect(given.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
  const refused = given.find((answer) => answer.status === 'rejected')?.reason
  expect(refused).toMatchObject({ code: 'rate_limited' })
  expect(refused.retry_after_ms).toBeGreaterThan(86_000_000)
  expect(refused.retry_after_ms).toBeLessThanOrEqual(86_400_000)
  await expect(world.as(cleo)(report, { user_id: ada, reason: 'spam' })).resolves.toBeDefined()

  await sql`update report set created_at = created_at - interval '1 day' where id = (
    select id from report where reporter_id = ${ada} order by created_at limit 1)`.execute(world.db)
  await expect(give()).resolves.toMatchObject({ duplicate: false })
  await expect(give()).rejects.toMatchObject({ code: 'rate_limited' })
})

test('T79: the reported person is told nothing, and a block keeps nobody from reporting', async () => {
  const [ada, ben] = [await world.person(), await world.person()]
  await world.as(ben)(block, { user_id: ada })
  const before = [await world.as(ben)(getProfile, {}), await world.as(ben)(listMatches, {})]

  const { id } = await world.as(ada)(report, { user_id: ben, reason: 'hate' })

  expect((await stored(id)).reported_id).toBe(ben)
  expect([await world.as(ben)(getProfile, {}), await world.as(ben)(listMatches, {})]).toEqual(before)
  const told = await world.db
    .selectFrom('outbox' as never)
    .selectAll()
    .execute()
  expect(JSON.stringify(told)).not.toMatch(/report/)
})

test('a report whose id is in use takes another', async () => {
  const [ada, ben] = [world.stranger(), world.stranger()]
  const { id: taken } = await world.as(ada)(report, { user_id: ben, reason: 'spam' })
  const ids = [taken, taken, 4_096]
  const deps = { ...world, now: () => new Date(), newId: () => ids.shift() ?? 0 }

  const answer = await reportHandler(deps, 20).run({ user_id: ben, reason: 'spam' }, {
    caller: callerOf(ada),
    traceId: 't',
    deadline: performance.now() + 5_000,
  } as never)

  expect(answer).toEqual({ id: 4_096, duplicate: false })
})
