import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeLanePart, readLaneParts, type LanePart } from './lane-frames.ts'

const text = new TextDecoder()

/** What somebody hears who has sockets of these people. */
function heard(parts: readonly LanePart[], here: (userId: number) => boolean): LanePart[] {
  const found: LanePart[] = []
  readLaneParts(Buffer.from(parts.map(encodeLanePart).join('')), {
    find: (userId) => (here(userId) ? userId : undefined),
    deliver: (userIds, kind, lines) => found.push({ kind, userIds, frames: text.decode(lines) }),
  })
  return found
}

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const frame = fc.string({ unit: 'grapheme' }).map((content) => JSON.stringify({ content }))
const part: fc.Arbitrary<LanePart> = fc.record({
  kind: fc.constantFrom('d', 'e'),
  userIds: fc.array(id, { minLength: 1, maxLength: 5 }),
  frames: fc.array(frame, { minLength: 1, maxLength: 3 }).map((frames) => frames.join('\n')),
})

describe('the frames of a lane, as one message', () => {
  test('what is told is heard, in order, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(heard(parts, () => true)).toEqual(parts)
      }),
    )
  })

  test('nobody hears what is for others', () => {
    fc.assert(
      fc.property(fc.array(part), fc.func(fc.boolean()), (parts, choose) => {
        const here = (userId: number) => choose(userId)
        const mine = parts.map((told) => ({ ...told, userIds: told.userIds.filter(here) }))
        expect(heard(parts, here)).toEqual(mine.filter(({ userIds }) => userIds.length > 0))
      }),
    )
  })

  test('what is cut off ends the reading', () => {
    const whole = encodeLanePart({ kind: 'd', userIds: [12, 34], frames: '{}' })
    const found: number[] = []
    readLaneParts(Buffer.from(`${whole}d12,3`), {
      find: (userId) => userId,
      deliver: (people) => found.push(...people),
    })
    expect(found).toEqual([12, 34])
  })
})
