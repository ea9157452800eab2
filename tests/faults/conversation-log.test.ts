import { expect, test } from 'vitest'
import { ConversationLog, type ChatMessage } from './conversation-log.ts'

const frame = (rev: number) =>
  ({ rev, seq: rev, message: { id: rev, client_id: null, content: '' } }) as ChatMessage
const revs = ({ applied }: ConversationLog): number[] => applied.map(({ rev }) => rev)

test('frames are applied in order, each once', () => {
  const log = new ConversationLog()

  const fates = [1, 2, 2, 1, 3].map((rev) => log.receive(frame(rev), false))

  expect(fates).toEqual(['applied', 'applied', 'dropped', 'dropped', 'applied'])
  expect(revs(log)).toEqual([1, 2, 3])
})

test('a frame that jumps waits until the gap is filled', () => {
  const log = new ConversationLog()

  const fates = [1, 4, 3].map((rev) => log.receive(frame(rev), false))
  expect([fates, revs(log), log.hasGap]).toEqual([['applied', 'held', 'held'], [1], true])
  log.receive(frame(2), false)

  expect([revs(log), log.hasGap]).toEqual([[1, 2, 3, 4], false])
})

test('in a replay a frame may jump', () => {
  const log = new ConversationLog()

  expect([3, 7].map((rev) => log.receive(frame(rev), true))).toEqual(['applied', 'applied'])
  expect([log.rev, log.hasGap]).toEqual([7, false])
})

test('the end of a pull settles the gaps up to its rev, and none beyond', () => {
  const log = new ConversationLog()
  for (const rev of [3, 5, 9]) log.receive(frame(rev), false)

  log.completeUpTo(6)

  expect([revs(log), log.rev, log.hasGap]).toEqual([[3, 5], 6, true])
  log.receive(frame(7), false)
  log.receive(frame(8), false)
  expect([revs(log), log.hasGap]).toEqual([[3, 5, 7, 8, 9], false])
})
