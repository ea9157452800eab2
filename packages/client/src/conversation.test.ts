import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Change, ConversationLog } from './conversation.ts'

interface Frame extends Change {
  message_id: number
}
const put = (rev: number, message_id = rev): Frame => ({
  type: 'chat_message',
  conversation_id: 1,
  rev,
  message_id,
})
const edit = (rev: number, message_id: number): Frame => ({
  type: 'message_edit',
  conversation_id: 1,
  rev,
  message_id,
})
const revs = (frames: Frame[]) => frames.map(({ rev }) => rev)

function logAt(rev: number): ConversationLog<Frame> {
  const log = new ConversationLog<Frame>()
  log.replay([put(rev)])
  return log
}

test('what was applied is dropped, what is next is applied, what is ahead waits', () => {
  const log = logAt(5)

  expect(revs(log.receive(put(5)))).toEqual([])
  expect(revs(log.receive(put(6)))).toEqual([6])
  expect(revs(log.receive(put(9)))).toEqual([])
  expect(log.hasGap).toBe(true)
  expect(revs(log.receive(put(8)))).toEqual([])
  expect(revs(log.receive(put(7)))).toEqual([7, 8, 9])
  expect(log.hasGap).toBe(false)
})

test('an answer to pull may jump as far as it is complete, and no further', () => {
  const log = logAt(5)
  log.receive(put(20))
  log.receive(put(7))
  log.receive(put(9))

  expect(revs(log.pulled(9))).toEqual([7, 9])
  expect([log.rev, log.hasGap]).toEqual([9, true])
  expect(revs(log.pulled(19))).toEqual([20])
  expect([log.rev, log.hasGap]).toEqual([20, false])
})

test('live frames that overtook a replay are put in their place', () => {
  const log = logAt(5)

  expect(revs(log.replay([put(12), put(8), edit(13, 8), put(7)]))).toEqual([7, 8, 12, 13])
})

test('of a message and its edit under one rev the message counts, in either order', () => {
  expect(logAt(5).replay([put(10, 4), edit(10, 4)])).toEqual([put(10, 4)])
  expect(logAt(5).replay([edit(10, 4), put(10, 4)])).toEqual([put(10, 4)])
})

test('what was held before a replay is not lost by it', () => {
  const log = logAt(5)
  log.receive(put(9))

  expect(revs(log.replay([put(7)]))).toEqual([7])
  expect(revs(log.receive(put(8)))).toEqual([8, 9])
})

test('what is too much to replay is skipped', () => {
  const log = logAt(5)
  log.receive(put(900))
  log.receive(put(902))

  expect(revs(log.skip())).toEqual([900, 902])
  expect([log.rev, log.hasGap]).toEqual([902, false])
})

describe('a log that begins with a live frame', () => {
  test('takes what was lost right before it, once, until a sync has ended', () => {
    const log = new ConversationLog<Frame>()
    expect(revs(log.receive(put(58)))).toEqual([58])

    log.syncBegins()
    expect(revs(log.receive(put(57)))).toEqual([57])
    expect(revs(log.receive(put(57)))).toEqual([])
    expect(revs(log.receive(put(58)))).toEqual([])
    log.syncEnds()

    expect(revs(log.receive(put(56)))).toEqual([])
    expect(revs(log.receive(put(59)))).toEqual([59])
  })

  test('does not trust a sync that began before it', () => {
    const log = new ConversationLog<Frame>()
    log.syncBegins()
    log.receive(put(58))
    log.syncEnds()

    expect(revs(log.receive(put(57)))).toEqual([57])
  })

  test('knows that nothing comes before the first change', () => {
    const log = new ConversationLog<Frame>()
    log.receive(put(1))

    expect(revs(log.receive(put(1)))).toEqual([])
  })
})

/** A conversation's history: each entry is the message that the rev changed. */
const histories = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 })
const frameOf = (history: number[], rev: number): Frame => {
  const message = history[rev - 1] ?? 0
  return history.indexOf(message) === rev - 1 ? put(rev, message) : edit(rev, message)
}
/** State above a rev: each message once, with the rev of its last change. */
const state = (history: number[], after: number): Frame[] =>
  [...new Set(history)]
    .map((message) => put(history.lastIndexOf(message) + 1, message))
    .filter(({ rev }) => rev > after)
    .sort((a, b) => a.rev - b.rev)

/** What an application has after putting and changing by id: message to the rev it shows. */
function shown(frames: Frame[]): Map<number, number> {
  const messages = new Map<number, number>()
  for (const { type, message_id, rev } of frames)
    if (type === 'chat_message' || messages.has(message_id)) messages.set(message_id, rev)
  return messages
}

test('whatever is lost, doubled or disordered, each change comes once, in order, and the end is the present state', () => {
  const losses = fc.array(fc.constantFrom('send', 'send', 'lose', 'twice', 'later', 'pull'), {
    maxLength: 60,
  })

  fc.assert(
    fc.property(histories, losses, (history, script) => {
      const log = new ConversationLog<Frame>()
      const applied: Frame[] = [...log.replay(state(history.slice(0, 1), 0))]
      const late: number[] = []
      const pull = (upTo: number) => {
        const present = history.slice(0, upTo)
        for (const frame of state(present, log.rev)) applied.push(...log.receive(frame))
        applied.push(...log.pulled(upTo))
      }
      for (let rev = 2; rev <= history.length; rev += 1) {
        const fate = script[rev] ?? 'send'
        if (fate === 'later') late.push(rev)
        if (fate === 'send' || fate === 'twice') applied.push(...log.receive(frameOf(history, rev)))
        if (fate === 'twice') applied.push(...log.receive(frameOf(history, rev)))
        if (fate === 'pull') pull(rev)
      }
      for (const rev of late) applied.push(...log.receive(frameOf(history, rev)))
      pull(history.length)

      const order = revs(applied)
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
      expect(shown(applied)).toEqual(
        new Map(state(history, 0).map(({ message_id, rev }) => [message_id, rev])),
      )
    }),
    { numRuns: 500 },
  )
})
