import { expect, test } from 'vitest'
import { Memory, type Change } from './memory.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const edit = (rev: number, messageId: number): Change => ({
  ...{ type: 'message_edit', conversation_id: 1, message_id: messageId, rev, timestamp },
  ...{ content: 'mended', mentions: [], edited_at: timestamp },
})

test('what the bus brings again from before the socket opened is not told, also while newer messages are', () => {
  const memory = new Memory(Date.now())
  memory.begin(1, 4)
  memory.learnNewer({ conversation_id: 1, seq: 52, rev: 5, message: { id: 52 } } as never)

  expect(memory.takes(edit(1, 50))).toBe(false)
  expect(memory.takes(edit(4, 51))).toBe(false)
  expect(memory.takes(edit(5, 52))).toBe(false)
  expect(memory.takes(edit(6, 51))).toBe(true)
  memory.endNewer()
  expect(memory.takes(edit(6, 51))).toBe(false)
  expect(memory.takes(edit(7, 50))).toBe(true)
})
