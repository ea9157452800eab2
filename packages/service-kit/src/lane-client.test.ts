import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLaneClient } from './lane-client.ts'
import { RpcError, unavailable } from './rpc-error.ts'

interface Sent {
  subject: string
  lines: string[]
  timeoutMs: number
  /** Answers each line by `ok of` itself, or as told. */
  reply: (lines?: string[]) => void
  fail: (err: RpcError) => void
}

const ok = (line: string) => `+"ok of ${line}"`
const code = (reply: string) => (JSON.parse(reply.slice(1)) as { code: string }).code

/** A lane client whose batches are answered by hand. */
function startClient(countLanes: () => Promise<number> = async () => 4) {
  const sent: Sent[] = []
  const client = createLaneClient({
    countLanes,
    subject: (lane) => `lane.${lane}`,
    request: (subject, payload, timeoutMs) =>
      new Promise((resolve, fail) => {
        const lines = payload.split('\n')
        const reply = (replies = lines.map(ok)) => resolve(replies.join('\n'))
        sent.push({ subject, lines, timeoutMs, reply, fail })
      }),
  })
  return { client, sent }
}

const turn = () => vi.advanceTimersByTimeAsync(0)
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is asked in one turn leaves as one batch a lane, in order', async () => {
  const { client, sent } = startClient()
  const replies = ['a', 'b', 'c', 'd'].map((line, i) => client.forward(i % 2, line, 1_000))
  await turn()

  expect(sent.map(({ subject, lines }) => [subject, lines])).toEqual([
    ['lane.0', ['a', 'c']],
    ['lane.1', ['b', 'd']],
  ])
  for (const { reply } of sent) reply()
  expect(await Promise.all(replies)).toEqual(['a', 'b', 'c', 'd'].map(ok))
})

test('one batch of a lane is in flight; what comes meanwhile is the next one', async () => {
  const { client, sent } = startClient()
  const first = client.forward(0, 'a', 1_000)
  await turn()
  const second = [client.forward(4, 'b', 1_000), client.forward(8, 'c', 1_000)]
  await pass(20)
  expect(sent.map(({ lines }) => lines)).toEqual([['a']])

  sent[0]?.reply()
  await first
  await turn()

  expect(sent.map(({ lines }) => lines)).toEqual([['a'], ['b', 'c']])
  sent[1]?.reply()
  expect(await Promise.all(second)).toEqual([ok('b'), ok('c')])
})

test('who waits for what waits behind the batches under way is told when it is answered, and that nothing waits', async () => {
  const { client, sent } = startClient()
  const told: string[] = []
  const wait = (name: string) => client.untilAnswered()?.then(() => told.push(name))
  const first = client.forward(0, 'a', 1_000)
  await turn()
  expect(client.untilAnswered()).toBeUndefined()

  const behind = [client.forward(0, 'b', 1_000), client.forward(0, 'c', 1_000)]
  await turn()
  void wait('b and c')
  sent[0]?.reply()
  await turn()
  expect([await first, told]).toEqual([ok('a'), []])

  sent[1]?.reply()
  await turn()
  expect([await Promise.all(behind), told]).toEqual([[ok('b'), ok('c')], ['b and c']])
  expect(client.untilAnswered()).toBeUndefined()
})

test('a batch that found no owner is sent again, before anything behind it', async () => {
  const { client, sent } = startClient()
  const first = client.forward(0, 'a', 1_000)
  await turn()
  const second = client.forward(0, 'b', 1_000)
  sent[0]?.fail(unavailable())
  await pass(50)

  expect(sent.map(({ lines }) => lines)).toEqual([['a'], ['a']])
  sent[1]?.reply()
  expect(await first).toBe(ok('a'))
  await turn()
  sent[2]?.reply()
  expect(await second).toBe(ok('b'))
})

test('a batch that may have been done is not sent again', async () => {
  const { client, sent } = startClient()
  const replies = [client.forward(0, 'a', 1_000), client.forward(0, 'b', 1_000)]
  await turn()
  sent[0]?.fail(new RpcError('timeout'))

  expect((await Promise.all(replies)).map(code)).toEqual(['timeout', 'timeout'])
  expect(sent).toHaveLength(1)
})

test('a batch whose owner is replaced ends at once, as perhaps done, and what waits goes to the one from here on', async () => {
  const { client, sent } = startClient()
  const first = client.forward(1, 'a', 5_000)
  await pass(100)
  const second = client.forward(1, 'b', 5_000)
  client.taken(0)
  client.taken(1)

  expect(code(await first)).toBe('timeout')
  await turn()
  expect(sent.map(({ lines }) => lines)).toEqual([['a'], ['b']])
  sent[1]?.reply()
  expect(await second).toBe(ok('b'))
})

test('a batch that may have reached the owner that replaces another is not given up', async () => {
  const { client, sent } = startClient()
  const only = client.forward(1, 'a', 5_000)
  await pass(90)
  client.taken(1)
  sent[0]?.reply()

  expect(await only).toBe(ok('a'))
})

test('without an owner each request ends at its own deadline, as not done', async () => {
  const { client, sent } = startClient()
  const ended: string[] = []
  const note = (name: string) => (reply: string) => void ended.push(`${name} ${code(reply)}`)
  void client.forward(0, 'short', 300).then(note('short'))
  void client.forward(0, 'long', 1_000).then(note('long'))
  for (let ms = 0; ms < 450; ms += 50) {
    await pass(50)
    sent.at(-1)?.fail(unavailable())
  }

  expect(ended).toEqual(['short unavailable'])
  expect(sent.at(-1)?.lines).toEqual(['long'])
  for (let ms = 0; ms < 650; ms += 50) {
    await pass(50)
    sent.at(-1)?.fail(unavailable())
  }
  expect(ended).toEqual(['short unavailable', 'long unavailable'])
})

test('a request in flight ends at its own deadline, as perhaps done; its batch goes on for the others', async () => {
  const { client, sent } = startClient()
  const short = client.forward(0, 'short', 300)
  const long = client.forward(0, 'long', 5_000)
  await pass(400)

  expect(code(await short)).toBe('timeout')
  expect(sent[0]?.timeoutMs).toBeGreaterThan(4_900)
  sent[0]?.reply()
  expect(await long).toBe(ok('long'))
})

test('a request that waits behind a slow batch ends at its own deadline, as not done, and is never sent', async () => {
  const { client, sent } = startClient()
  const slow = client.forward(0, 'slow', 5_000)
  await turn()
  const waiting = client.forward(0, 'waiting', 300)
  await pass(400)

  expect(code(await waiting)).toBe('unavailable')
  sent[0]?.reply()
  expect(await slow).toBe(ok('slow'))
  await turn()
  expect(sent).toHaveLength(1)
})

test('a batch is bounded in number and in size, and what is left over follows in order', async () => {
  const { client, sent } = startClient()
  const small = Array.from({ length: 600 }, (_, i) => `${i}`)
  const large = ['x', 'y', 'z'].map((letter) => letter.repeat(600_000))
  for (const line of [...small, ...large]) void client.forward(0, line, 1_000)
  for (let i = 0; i < 5; i++) {
    await turn()
    sent[i]?.reply()
  }

  expect(sent.map(({ lines }) => lines.length)).toEqual([512, 89, 1, 1])
  expect(sent.flatMap(({ lines }) => lines)).toEqual([...small, ...large])
})

test('beyond 20,000 that wait in a lane a request is refused at once; other lanes go on', async () => {
  const { client, sent } = startClient()
  for (let i = 0; i < 20_000; i++) void client.forward(0, 'x', 1_000)

  expect(code(await client.forward(0, 'one more', 1_000))).toBe('unavailable')
  const elsewhere = client.forward(1, 'elsewhere', 1_000)
  await turn()
  sent.find(({ subject }) => subject === 'lane.1')?.reply()
  expect(await elsewhere).toBe(ok('elsewhere'))
})

test('a reply with too few lines leaves nobody waiting', async () => {
  const { client, sent } = startClient()
  const replies = [client.forward(0, 'a', 1_000), client.forward(0, 'b', 1_000)]
  await turn()
  sent[0]?.reply([ok('a')])

  expect(await replies[0]).toBe(ok('a'))
  expect(code((await replies[1]) ?? '')).toBe('internal')
})

test('requests that come before the number of lanes is known leave in the order of asking', async () => {
  const counts: ((count: number) => void)[] = []
  const { client, sent } = startClient(() => new Promise((resolve) => counts.push(resolve)))
  void client.forward(1, 'a', 1_000)
  void client.forward(3, 'b', 1_000)
  expect(counts).toHaveLength(1)
  counts[0]?.(2)
  void client.forward(5, 'c', 1_000)
  await turn()

  expect(sent.map(({ subject, lines }) => [subject, lines])).toEqual([['lane.1', ['a', 'b', 'c']]])
})

test('a number of lanes that cannot be asked refuses what waits for it, and is asked for again', async () => {
  const answers = [() => Promise.reject(new RpcError('timeout')), () => Promise.resolve(1)]
  const { client, sent } = startClient(() => answers.shift()!())

  await expect(client.forward(0, 'a', 1_000)).rejects.toMatchObject({ code: 'unavailable' })
  const second = client.forward(0, 'b', 1_000)
  await turn()
  sent[0]?.reply()
  expect(await second).toBe(ok('b'))
})

test('a new number of lanes counts from when it is known; until then the one before does', async () => {
  const counts: ((count: number) => void)[] = []
  const { client, sent } = startClient(() => new Promise((resolve) => counts.push(resolve)))
  void client.forward(3, 'a', 1_000)
  counts[0]?.(2)
  await turn()
  client.recount()
  void client.forward(3, 'b', 1_000)
  sent[0]?.reply()
  await turn()
  counts[1]?.(4)
  await turn()
  void client.forward(3, 'c', 1_000)
  await turn()

  expect(sent.map(({ subject, lines }) => [subject, ...lines])).toEqual([
    ['lane.1', 'a'],
    ['lane.1', 'b'],
    ['lane.3', 'c'],
  ])
})

test('nothing runs while nothing waits', async () => {
  const { client, sent } = startClient()
  const only = client.forward(0, 'a', 1_000)
  await turn()
  sent[0]?.reply()
  await only
  await pass(200)

  expect(vi.getTimerCount()).toBe(0)
})
