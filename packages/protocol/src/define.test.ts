import { expect, test } from 'vitest'
import * as z from 'zod'
import { encodeFrame, push } from './define.ts'

test('a frame is one JSON object on one line, its type first', () => {
  const note = push('note', {
    class: 'durable',
    summary: 'For the test',
    payload: z.object({ text: z.string(), seq: z.int() }),
  })

  const frame = encodeFrame(note, { text: 'two\nlines', seq: 1 })

  expect(frame).toBe('{"type":"note","text":"two\\nlines","seq":1}')
})

test('a frame without fields is JSON too', () => {
  const empty = push('empty', { class: 'ephemeral', summary: 'For the test', payload: z.object({}) })

  expect(encodeFrame(empty, {})).toBe('{"type":"empty"}')
})
