import type { ShownMessage } from '@parley/client/state'
import { expect, test } from 'vitest'
import { heard } from './heard.ts'

// Only what decides whether a message is told of.
const said = (seq: number | null, by: number, rest: Partial<ShownMessage> = {}): ShownMessage =>
  ({ id: seq, seq, sender: { id: by }, kind: 'text', is_deleted: false, ...rest }) as ShownMessage

const history = [said(1, 2), said(2, 2)]

test('what is there at first is not told of, nor what is loaded above it', () => {
  const first = heard(undefined, history, 1)

  expect(first.message).toBeUndefined()
  expect(heard(first, [said(0, 2), ...history], 1)).toBe(first)
})

test('of what others have said since, the newest is told of, as it was then', () => {
  const first = heard(undefined, history, 1)
  const newest = said(4, 2)

  const second = heard(first, [...history, said(3, 3), newest, said(5, 1), said(null, 1)], 1)

  expect(second.message).toBe(newest)
  expect(heard(second, [...history, said(5, 2, { is_edited: true })], 1)).toBe(second)
})

test('nothing is told of what one says oneself, of what is deleted already, and of notes', () => {
  const first = heard(undefined, history, 1)
  const rest = [said(3, 1), said(4, 2, { is_deleted: true }), said(5, 2, { kind: 'system' })]

  expect(heard(first, [...history, ...rest], 1)).toEqual({ seq: 5, message: undefined })
})
