import { expect, test } from 'vitest'
import { receiptFaults, wandererFaults, type WandererHistory } from './group-checker.ts'

const user = (id: number) => ({ user: { id } }) as WandererHistory['members'][0]
const note = (seq: number, event: 'joined' | 'left') => ({ id: seq, seq, system: { event, user_ids: [7] } })
const message = (seq: number): WandererHistory['stored'][0] => ({ id: seq, seq, system: null })

/** In from 1 to 2, away from 3 to 5, in since 5. */
const history = (change: Partial<WandererHistory> = {}): WandererHistory => ({
  user_id: 7,
  isIn: true,
  stored: [message(1), message(2), note(3, 'left'), message(4), note(5, 'joined'), message(6)],
  members: [user(1), user(7)],
  shown: [message(1), message(2), message(5), message(6)],
  ...change,
})
const away = { isIn: false, stored: [message(1), note(2, 'left'), message(3)], members: [user(1)] }

test('who has left and come back as was answered, and saw what was theirs to see, has no faults', () => {
  expect(wandererFaults(history())).toEqual([])
  expect(wandererFaults(history({ ...away, shown: [message(1)] }))).toEqual([])
})

test.for<[string, Partial<WandererHistory>, string]>([
  [
    'a change that was made twice',
    { stored: [...history().stored, note(7, 'joined')], shown: [...history().shown, message(7)] },
    'joined twice, the second time at 7',
  ],
  [
    'a coming back that was lost',
    { ...away, isIn: true, shown: [message(1), message(3)] },
    'is not a member',
  ],
  ['a leaving that was lost', { isIn: false }, 'is a member'],
  ['a message from outside', { shown: [...history().shown, message(4)] }, 'was shown 1 messages of while'],
  [
    'a message of nobody',
    { shown: [...history().shown, { id: 9, seq: 6 }] },
    'is shown 1 messages that nobody else has',
  ],
  ['a message that was missed', { shown: history().shown.slice(0, -1) }, 'has lost 1 messages'],
])('%s is found', ([, change, fault]) => {
  const found = wandererFaults(history(change)).map(({ text }) => text)

  expect(found.join('\n')).toContain(`member 7 ${fault}`)
})

test('a watermark below what was acknowledged is found', () => {
  const members = [{ ...user(7), read_seq: 4 }]

  expect(receiptFaults(new Map([[7, 4]]), members)).toEqual([])
  expect(receiptFaults(new Map([[7, 5]]), members)).toMatchObject([{ kind: 'lost' }])
})
