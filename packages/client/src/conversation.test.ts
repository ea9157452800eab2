import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Change, ConversationLog } from './conversation.ts'

const put = (rev: number, id = rev): Change => ({
  type: 'chat_message',
  conversation_id: 1,
  rev,
  seq: id,
  message: { id },
})
const edit = (rev: number, message_id: number): Change => ({
  type: 'message_edit',
  conversation_id: 1,
  rev,
  message_id,
})
const revs = (frames: Change[]) => frames.map(({ rev }) => rev)

function logAt(rev: number): ConversationLog {
  const log = new ConversationLog()
  log.replay([put(rev)])
  log.syncBegins()
  log.syncEnds()
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
    const log = new ConversationLog()
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
    const log = new ConversationLog()
    log.syncBegins()
    log.receive(put(58))
    log.syncEnds()

    expect(revs(log.receive(put(57)))).toEqual([57])
  })

  test('knows that nothing comes before the first change', () => {
    const log = new ConversationLog()
    log.receive(put(1))

    expect(revs(log.receive(put(1)))).toEqual([])
  })
})

describe('a live frame that was lost while a replay ran', () => {
  test('is taken from the next sync, and what was told is not told again', () => {
    const log = logAt(5)
    log.replay([put(8), put(10)])

    log.syncBegins()
    expect(revs([8, 9, 10].flatMap((rev) => log.receive(put(rev))))).toEqual([9])
    log.syncEnds()
    expect(revs(log.receive(put(6)))).toEqual([])
  })

  test('comes as a whole although a part of it was told after it, for that said nothing', () => {
    const log = logAt(5)
    log.replay([put(8)])
    expect(revs(log.receive(edit(9, 7)))).toEqual([9])

    log.syncBegins()
    expect(log.receive(put(9, 7))).toEqual([put(9, 7)])
    expect(log.receive(put(9, 7))).toEqual([])
  })

  test('still comes when it changes while the sync runs', () => {
    const log = logAt(5)
    log.replay([put(8)])
    log.syncBegins()
    log.receive(edit(9, 7))
    log.syncEnds()

    log.syncBegins()
    expect(log.receive(put(9, 7))).toEqual([put(9, 7)])
  })

  test('does not make changes of known messages come again', () => {
    const log = logAt(5)
    log.replay([put(8)])
    log.receive(edit(9, 8))
    log.receive(edit(10, 4))

    log.syncBegins()
    expect([put(9, 8), put(10, 4)].flatMap((frame) => log.receive(frame))).toEqual([])
  })
})

/** A conversation's history: each entry is the message that the rev changed. */
const histories = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 })
const seqOf = (history: number[], message: number) => [...new Set(history)].indexOf(message) + 1
const frameOf = (history: number[], rev: number): Change => {
  const message = history[rev - 1] ?? 0
  const seq = seqOf(history, message)
  return history.indexOf(message) === rev - 1 ? put(rev, seq) : edit(rev, seq)
}
/** State above a rev: each message once, with the rev of its last change. */
const state = (history: number[], after: number): Change[] =>
  [...new Set(history)]
    .map((message) => put(history.lastIndexOf(message) + 1, seqOf(history, message)))
    .filter(({ rev }) => rev > after)
    .sort((a, b) => a.rev - b.rev)

/** What an application has after putting and changing by id: message to the rev it shows. */
function shown(frames: Change[]): Map<number, number> {
  const messages = new Map<number, number>()
  for (const { message, message_id = 0, rev } of frames) {
    const id = message?.id ?? message_id
    if (message || messages.has(id)) messages.set(id, rev)
  }
  return messages
}

test('whatever is lost, doubled or disordered, each change comes once, in order, and the end is the present state', () => {
  const losses = fc.array(fc.constantFrom('send', 'send', 'lose', 'twice', 'later', 'pull'), {
    maxLength: 60,
  })

  fc.assert(
    fc.property(histories, losses, (history, script) => {
      const log = new ConversationLog()
      const applied: Change[] = [...log.replay(state(history.slice(0, 1), 0))]
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
      expect(shown(applied)).toEqual(shown(state(history, 0)))
    }),
    { numRuns: 500 },
  )
})
