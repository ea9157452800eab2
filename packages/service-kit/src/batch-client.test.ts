import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBatchClient } from './batch-client.ts'
import { unavailable } from './rpc-error.ts'

interface Sent {
  subject: string
  lines: string[]
  /** Answers each line, or as told. */
  reply: (lines?: string[]) => void
  fail: (err: Error) => void
}

const ok = (line: string) => `+"ok of ${line}"`
const broken = '-{"code":"internal"}'

/** A client whose batches are answered by hand. */
function startClient() {
  const sent: Sent[] = []
  const askAt = createBatchClient(
    (subject, payload) =>
      new Promise((resolve, fail) => {
        const lines = payload.split('\n')
        const reply = (replies = lines.map(ok)) => resolve(replies.join('\n'))
        sent.push({ subject, lines, reply, fail })
      }),
  )
  return { sent, ask: (line: string) => askAt('a', line), askAt }
}

const turn = () => vi.advanceTimersByTimeAsync(0)
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is asked in one turn is one message a subject, and each gets its own line of the reply', async () => {
  const { sent, askAt } = startClient()
  const replies = ['1', '2', '3', '1'].map((line) => askAt(line === '2' ? 'b' : 'a', line))
  await turn()

  expect(sent.map(({ subject, lines }) => [subject, lines])).toEqual([
    ['a', ['1', '3', '1']],
    ['b', ['2']],
  ])
  for (const { reply } of sent) reply()
  expect(await Promise.all(replies)).toEqual(['1', '2', '3', '1'].map(ok))
})

test('where a batch has just left, the next one gathers for as long as 10 ms are not over', async () => {
  const { sent, ask } = startClient()
  const first = ask('1')
  await turn()
  await pass(4)
  const next = [ask('2')]
  await pass(3)
  next.push(ask('3'))
  await pass(2)
  expect(sent).toHaveLength(1)

  await pass(1)
  expect(sent[1]!.lines).toEqual(['2', '3'])
  // None waits for the answers of those before.
  sent[1]!.reply()
  expect(await Promise.all(next)).toEqual([ok('2'), ok('3')])
  sent[0]!.fail(unavailable())
  await expect(first).rejects.toMatchObject({ code: 'unavailable' })

  await pass(20)
  const last = ask('4')
  await turn()
  sent[2]!.reply()
  expect(await last).toBe(ok('4'))
})

test('a message carries 128 at most', async () => {
  const { sent, ask } = startClient()
  const replies = numbers(300).map((line) => ask(line))
  await turn()

  expect(sent.map(({ lines }) => lines.length)).toEqual([128, 128, 44])
  for (const { reply } of sent) reply()
  expect(await Promise.all(replies)).toEqual(numbers(300).map(ok))
})

test('what fails, fails for all of its batch', async () => {
  const { sent, ask } = startClient()
  const failed = Promise.allSettled([ask('1'), ask('2')])
  await turn()
  sent[0]!.fail(unavailable())
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('a reply that has not a line for each is none; who was alone gets all of it', async () => {
  const { sent, ask } = startClient()
  const mixed = [ask('3'), ask('4')]
  await turn()
  sent[0]!.reply([ok('3')])
  expect(await Promise.all(mixed)).toEqual([broken, broken])

  const alone = ask('5')
  await pass(10)
  sent[1]!.reply([ok('5'), '{"type":"frame"}'])
  expect(await alone).toBe(`${ok('5')}\n{"type":"frame"}`)
})
