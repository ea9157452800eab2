import {
  checkLane,
  describeLanes,
  editMessage,
  listMessages,
  reportPresence,
  sendMessage,
  shardOf,
  subjects,
  sync,
  type Caller,
} from '@parley/protocol'
import { parseReply } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import pg from 'pg'
import { expect, test } from 'vitest'
import { holdTable, query } from './query.ts'
import { clientId, startWorld, type World } from './world.ts'

const unlimited = { SEND_BURST: '100000', SEND_RATE: '100000' }

/** Other tests lock in databases of the same server. */
const HERE = 'database = (select oid from pg_database where datname = current_database())'

/** How many statements wait until a table is free. */
const waitingFor = async (world: World, table: string): Promise<number> => {
  const [row] = await query<{ count: number }>(
    world,
    `select count(*)::int as count from pg_locks
      where not granted and ${HERE} and relation = 'messaging.${table}'::regclass`,
  )
  return row?.count ?? 0
}

const say = (world: World, conversation_id: number, caller: Caller) =>
  world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })

test('S1: processes share the work, and one that goes loses nothing: its lanes go to the other without a lost send', async () => {
  await using world = await startWorld(unlimited)
  const second = await world.start()
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const held = () =>
    query<{ pid: number; count: string }>(
      world,
      `select pid, count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and ${HERE} group by pid`,
    )
  await eventually(async () => expect((await held()).length).toBe(4), { timeoutMs: 10_000 })

  const sends: Promise<unknown>[] = []
  const timer = setInterval(() => sends.push(say(world, id, ada)), 2)
  await eventually(() => expect(sends.length).toBeGreaterThan(100))
  await second[Symbol.asyncDispose]()
  await eventually(() => expect(sends.length).toBeGreaterThan(300), { timeoutMs: 10_000 })
  clearInterval(timer)

  const answers = (await Promise.all(sends)) as { seq: number }[]
  expect(answers.map(({ seq }) => seq)).toEqual(Array.from({ length: answers.length }, (_, i) => i + 1))
}, 30_000)

test('reads that hold every connection of the pool hold up no lane', async () => {
  await using world = await startWorld({ ...unlimited, DATABASE_POOL: '2' })
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const { message_id } = await say(world, id, ada)

  // Histories are read with it, and no message is written by it.
  const edited = await holdTable(world, 'hidden_message', async () => {
    for (let n = 0; n < 8; n++)
      world.bus.call(listMessages, { conversation_id: id }, { caller: ben }).catch(() => undefined)
    await eventually(async () => expect(await waitingFor(world, 'hidden_message')).toBe(2))
    return world.bus.call(editMessage, { message_id, content: 'y' }, { caller: ada })
  })

  expect(edited).toMatchObject({ message: { content: 'y' } })
})

test('F23: a lane whose session is cut is taken again, and what was acknowledged is there', async () => {
  await using world = await startWorld(unlimited)
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await say(world, id, ada)

  await query(
    world,
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'parley-messaging' and datname = current_database() and pid <> pg_backend_pid()`,
  )

  for (let shard = 0; shard < 4; shard++) {
    await eventually(() => world.bus.call(checkLane, { shard }), { timeoutMs: 10_000 })
  }
  await eventually(() => say(world, id, ada))
  const { items } = await world.bus.call(listMessages, { conversation_id: id }, { caller: ben })
  expect(items.map(({ seq }) => seq)).toEqual([1, 2])
}, 30_000)

test('F23: a lane that its process takes again, before what it began as the owner before has ended, has its presence', async () => {
  await using world = await startWorld({ ...unlimited, LANES: '1' })
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const { message } = await say(world, id, ada)
  const blocker = new pg.Client({
    connectionString: world.database.url,
    options: '-c search_path=messaging',
  })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('lock table message')
  const edit = {
    ...{ rpc: editMessage.name, timeout_ms: 10_000, trace_id: 't', caller: ada },
    input: { message_id: message.id, content: 'y' },
  }
  const begun = world.bus.nats.request(subjects.lane(0), JSON.stringify(edit), { timeout: 10_000 })
  await eventually(async () =>
    expect(
      await query(
        world,
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      ),
    ).toHaveLength(1),
  )

  await query(world, `select pg_terminate_backend(pid) from pg_locks where objsubid = 2 and ${HERE}`)
  await eventually(() => world.bus.call(checkLane, { shard: 0 }), { timeoutMs: 10_000 })
  await blocker.query('rollback')
  await blocker.end()
  await begun

  const report = { shard: shardOf(ada.user_id), gateway: 'g', online: [ada.user_id], away: [], offline: [] }
  expect(await world.bus.call(reportPresence, report)).toMatchObject({ lane: 0 })
}, 30_000)

test('F02: a batch that was committed but not published is published by the next owner', async () => {
  await using world = await startWorld(unlimited)
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const sent = await say(world, id, ada)
  await world.service[Symbol.asyncDispose]()
  await query(world, 'update lane set published_pos = pos - 1 where pos > 0')
  const frames = await world.frames(ben)

  await using _next = await world.start()

  await eventually(() => expect(frames.list).toMatchObject([{ type: 'chat_message', message: sent.message }]))
})

test('a start with another number of lanes than the database was made with is refused', async () => {
  await using world = await startWorld()

  await expect(world.start({ LANES: '8' })).rejects.toThrow('LANES is 8, but this database was made with 4')
})

test('a start that sets no LANES takes as many as the database has, and one for a new database', async () => {
  await using world = await startWorld({ LANES: '0' })
  expect(await world.bus.call(describeLanes, {})).toMatchObject({ lanes: 1 })
  await world.service[Symbol.asyncDispose]()
  await expect(world.start({ CHANGE_LANES: 'true' })).rejects.toThrow('CHANGE_LANES needs LANES')
  await using four = await world.start({ LANES: '4', CHANGE_LANES: 'true' })
  await four[Symbol.asyncDispose]()

  await using _next = await world.start()

  expect(await world.bus.call(describeLanes, {})).toMatchObject({ lanes: 4 })
})

test('CHANGE_LANES divides the shards anew: messages go on, and an old cursor is told to reload', async () => {
  await using world = await startWorld(unlimited)
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  const first = await say(world, id, ada)
  const { cursor } = parseReply(await world.bus.forward(sync, { caller: ben, trace_id: 't', input: {} })) as {
    cursor: string
  }
  await expect(world.start({ LANES: '3', CHANGE_LANES: 'true' })).rejects.toThrow('has an owner')
  await world.service[Symbol.asyncDispose]()

  await using _next = await world.start({ LANES: '3', CHANGE_LANES: 'true' })

  const second = await eventually(() => say(world, id, ada), { timeoutMs: 10_000 })
  expect([first.seq, second.seq]).toEqual([1, 2])
  expect(second.message_id).toBeGreaterThan(first.message_id)
  await expect(world.bus.call(sync, { cursor }, { caller: ben })).rejects.toMatchObject({
    code: 'cursor_reset',
  })
})

test('F27: a writer that is not the owner any more can commit nothing', async () => {
  await using world = await startWorld(unlimited)
  const [ada, ben] = [world.person(), world.person()]
  const { id } = await world.direct(ada, ben)
  await query(world, 'update lane set owner_epoch = owner_epoch + 1')

  await expect(
    world.bus.call(
      sendMessage,
      { conversation_id: id, content: 'x', client_id: clientId() },
      { caller: ada, timeoutMs: 100 },
    ),
  ).rejects.toThrow()

  // The lane is taken again by this process, under the newest epoch.
  await eventually(() => say(world, id, ada), { timeoutMs: 10_000 })
}, 30_000)
