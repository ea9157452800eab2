import { describe, expect, test } from 'vitest'
import { SentMemory } from './sent-memory.ts'

const sent = (n: number) => ({ conversation_id: 1, sender_id: 2, client_id: `c-${n}` })
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => sent(from + i))

describe('which client ids a lane has seen', () => {
  test('those of the last half are known, and never more than all that it may hold', () => {
    const memory = new SentMemory(100)
    for (let n = 0; n < 1_000; n++) {
      memory.remember([sent(n)])
      const known = range(0, n + 1).filter((key) => memory.has(key))
      expect(known.length).toBeGreaterThanOrEqual(Math.min(n + 1, 50))
      expect(known.length).toBeLessThanOrEqual(100)
      expect(known).toEqual(range(n + 1 - known.length, n + 1))
    }
  })

  test('an id is the same however its letters are written, and another in another conversation or of another person', () => {
    const memory = new SentMemory(100)
    memory.remember([{ ...sent(1), client_id: 'AB' }])
    expect(memory.has({ ...sent(1), client_id: 'ab' })).toBe(true)
    expect(memory.has({ ...sent(1), client_id: 'ab', sender_id: 3 })).toBe(false)
    expect(memory.has({ ...sent(1), client_id: 'ab', conversation_id: 3 })).toBe(false)
  })

  test('what was not written after all is forgotten, whenever it was remembered', () => {
    const memory = new SentMemory(100)
    memory.remember(range(0, 60))
    memory.forget([sent(5), sent(55)])
    expect(range(0, 60).filter((key) => !memory.has(key))).toEqual([sent(5), sent(55)])
  })
})
