import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { checkLane, sendMessage, type Caller } from '@parley/protocol'
import { connectBus, createLog, createMetrics } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { clientId, startWorld, type World } from './world.ts'

/** A way to NATS that can be cut and mended, for one process alone. */
async function startWay(natsUrl: string) {
  const { hostname, port } = new URL(natsUrl)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(Number(port), hostname)
    open.add(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined).on('close', () => other.destroy())
      one.pipe(other)
    }
    near.on('close', () => open.delete(near))
  })
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const at = await listen(0)
  const cut = () => {
    for (const socket of open) socket.destroy()
    server.close()
  }
  onTestFinished(cut)
  return { url: `nats://127.0.0.1:${at}`, cut, mend: () => listen(at), isUsed: () => open.size > 0 }
}

type Stack = AsyncDisposableStack

async function connectDatabase(world: World, stack: Stack): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.database.url, options: '-c search_path=messaging' })
  await client.connect()
  stack.defer(() => client.end())
  return client
}

/** Keeps a conversation from being written to until it is let go. */
async function hold(world: World, stack: Stack, { id }: { id: number }) {
  const client = await connectDatabase(world, stack)
  await client.query('begin')
  await client.query('select from conversation where id = $1 for update', [id])
  return () => client.query('commit')
}

async function connectOther(world: World, stack: Stack) {
  const log = createLog({ service: 'other', instance: '', level: 'silent' })
  const metrics = createMetrics('other')
  return stack.use(await connectBus({ service: 'other', instance: '', url: world.nats.url, log, metrics }))
}

const settings = { LANES: '1' }

test('F22: what was committed while the writer was cut off is published when it is back, though a flush came first', async () => {
  await using world = await startWorld(settings)
  await world.service[Symbol.asyncDispose]()
  const way = await startWay(world.nats.url)
  await using _service = await world.start({ NATS_URL: way.url })
  await using stack = new AsyncDisposableStack()
  const other = await connectOther(world, stack)
  const [ada, ben, cyn] = [world.person(), world.person(), world.person()]
  const [first, second] = [await world.direct(ada, ben), await world.direct(ada, cyn)]
  const frames = await world.frames(ben)
  const watch = await connectDatabase(world, stack)
  const stalled = () =>
    eventually(async () => {
      const text = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      expect((await watch.query(text)).rows).toHaveLength(1)
    })
  const say = (bus: World['bus'], { id }: { id: number }, content: string, caller: Caller = ada) =>
    bus
      .call(sendMessage, { conversation_id: id, content, client_id: clientId() }, { caller })
      .catch(() => 'not answered')

  const release = [await hold(world, stack, first), await hold(world, stack, second)]
  const sends = [say(world.bus, first, 'committed while cut off')]
  await stalled()
  sends.push(say(other, second, 'the next batch'))
  await delay(50)
  way.cut()
  await release[0]?.()
  await eventually(async () => expect((await watch.query('select from message')).rows).toHaveLength(1))
  await stalled()
  await way.mend()
  await eventually(() => expect(way.isUsed()).toBe(true))
  // Several times that the writer flushes and notes what was published.
  await delay(400)
  await release[1]?.()

  await eventually(() =>
    expect(frames.list).toMatchObject([
      { type: 'chat_message', message: { content: 'committed while cut off' } },
    ]),
  )
  await Promise.all(sends)
})

test('F22: a process that is cut off from the bus leaves its lanes to one that is not', async () => {
  await using world = await startWorld(settings)
  await world.service[Symbol.asyncDispose]()
  const way = await startWay(world.nats.url)
  await using _cutOff = await world.start({ NATS_URL: way.url })
  await world.bus.call(checkLane, { shard: 0 })
  await using _other = await world.start()

  way.cut()

  const ask = () => world.bus.call(checkLane, { shard: 0 }, { timeoutMs: 500 })
  expect(await eventually(ask, { timeoutMs: 15_000 })).toEqual({})
}, 40_000)
