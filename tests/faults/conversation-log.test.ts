import { expect, test } from 'vitest'
import { ConversationLog, type DurableFrame } from './conversation-log.ts'

const base = { content: 'text', is_edited: false, is_deleted: false, reactions: {} }
const message = (rev: number) => ({ ...base, id: rev, seq: rev, rev, client_id: `c${rev}` })
const frame = (rev: number): DurableFrame =>
  ({ type: 'chat_message', rev, message: message(rev) }) as DurableFrame
const change = (type: string, rev: number, more: object): DurableFrame =>
  ({ type, rev, message_id: 1, ...more }) as DurableFrame

function newLog() {
  const shown: string[] = []
  return { log: new ConversationLog((client_id) => shown.push(client_id)), shown }
}

test('frames are applied in order, each once', () => {
  const { log, shown } = newLog()

  const fates = [1, 2, 2, 1, 3].map((rev) => log.receive(frame(rev), false))

  expect(fates).toEqual(['applied', 'applied', 'dropped', 'dropped', 'applied'])
  expect(shown).toEqual(['c1', 'c2', 'c3'])
})

test('a frame that jumps waits until the gap is filled', () => {
  const { log, shown } = newLog()

  const fates = [1, 4, 3].map((rev) => log.receive(frame(rev), false))
  expect([fates, shown.length, log.hasGap]).toEqual([['applied', 'held', 'held'], 1, true])
  log.receive(frame(2), false)

  expect([shown, log.hasGap]).toEqual([['c1', 'c2', 'c3', 'c4'], false])
})

test('in a replay a frame may jump', () => {
  const { log } = newLog()

  expect([3, 7].map((rev) => log.receive(frame(rev), true))).toEqual(['applied', 'applied'])
  expect([log.rev, log.hasGap]).toEqual([7, false])
})

test('the end of a pull settles the gaps up to its rev, and none beyond', () => {
  const { log, shown } = newLog()
  for (const rev of [3, 5, 9]) log.receive(frame(rev), false)

  log.completeUpTo(6)

  expect([shown, log.rev, log.hasGap]).toEqual([['c3', 'c5'], 6, true])
  log.receive(frame(7), false)
  log.receive(frame(8), false)
  expect([shown, log.hasGap]).toEqual([['c3', 'c5', 'c7', 'c8', 'c9'], false])
})

test('of two frames about one change the whole message stays, whichever came first', () => {
  for (const order of [(frames: DurableFrame[]) => frames, (frames: DurableFrame[]) => frames.toReversed()]) {
    const { log, shown } = newLog()
    log.receive(frame(1), false)
    for (const one of order([frame(5), change('message_edit', 5, { message_id: 5, content: 'better' })]))
      log.receive(one, false)

    log.completeUpTo(5)

    expect([shown, log.strays, log.rev]).toEqual([['c1', 'c5'], 0, 5])
  }
})

test('between the pages of a pull everything waits: a message that changed meanwhile is still to come', () => {
  const { log, shown } = newLog()
  log.receive(frame(1), false)
  log.receive(frame(3), false)
  log.completeUpTo(3, true)

  const edit = change('message_edit', 4, { message_id: 2, content: 'better' })
  expect([log.receive(edit, false), log.hasGap]).toEqual(['held', true])
  log.receive({ ...frame(2), rev: 4 } as DurableFrame, false)
  log.completeUpTo(4)

  expect([shown, log.strays, log.rev, log.hasGap]).toEqual([['c1', 'c3', 'c2'], 0, 4, false])
})

test('changes make of a message what the server makes of it; one of a message never shown is counted', () => {
  const { log } = newLog()
  const reaction = { emoji: '👍', user_id: 7 }
  log.receive(frame(1), false)

  log.receive(change('message_edit', 2, { content: 'better' }), false)
  log.receive(change('message_reaction', 3, { ...reaction, action: 'added' }), false)
  expect(log.messages.get(1)).toMatchObject({
    rev: 3,
    content: 'better',
    is_edited: true,
    reactions: { '👍': [7] },
  })
  log.receive(change('message_reaction', 4, { ...reaction, action: 'removed' }), false)
  expect(log.messages.get(1)).toMatchObject({ rev: 4, reactions: {} })
  log.receive(change('message_delete', 5, {}), false)
  expect(log.messages.get(1)).toMatchObject({ rev: 5, content: '', is_deleted: true })

  expect(log.strays).toBe(0)
  log.receive(change('message_delete', 6, { message_id: 2 }), false)
  expect([log.strays, log.rev]).toEqual([1, 6])
})

test('what was lost where frames may jump is shown once a sync brings it, and nothing older than what is shown', () => {
  const { log, shown } = newLog()
  const whole = { ...frame(2), rev: 3, message: { ...message(2), rev: 3, content: 'edited' } }
  log.receive(frame(1), true)
  log.receive(change('message_edit', 3, { message_id: 2, content: 'edited' }), true)
  expect([log.strays, log.rev]).toEqual([1, 3])

  const fates = [whole, whole, frame(2)].map((late) => log.receive(late as DurableFrame, false))

  expect(fates).toEqual(['applied', 'dropped', 'dropped'])
  expect([shown, log.strays, log.rev]).toEqual([['c1', 'c2'], 0, 3])
  expect(log.messages.get(2)).toMatchObject({ rev: 3, content: 'edited' })
})
