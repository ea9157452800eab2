import { expect, test } from 'vitest'
import { encodeLines, encodeText } from './frames.ts'

/** Reads text frames as a client does. */
function decode(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at]).toBe(0x81)
    const short = bytes[at + 1] as number
    const [length, start] =
      short < 126
        ? [short, at + 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), at + 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), at + 10]
    texts.push(bytes.toString('utf8', start, start + length))
    at = start + length
  }
  return texts
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %i bytes is one frame', (length) => {
  const text = 'x'.repeat(length)

  expect(decode(encodeText(text))).toEqual([text])
})

test('the length is that of the bytes, not of the characters', () => {
  const text = 'é😀'.repeat(40)

  expect(decode(encodeText(text))).toEqual([text])
})

test('each line is a frame of its own', () => {
  const lines = ['{"a":1}', `{"b":"${'ü'.repeat(70)}"}`, `{"c":"${'x'.repeat(70_000)}"}`]
  const { bytes, count } = encodeLines(Buffer.from(lines.join('\n')))

  expect(count).toBe(3)
  expect(decode(bytes)).toEqual(lines)
})

test('what is encoded does not change with the chunk it came from', () => {
  const chunk = Buffer.from('{"a":1}')
  const { bytes } = encodeLines(chunk)
  chunk.fill(0)

  expect(decode(bytes)).toEqual(['{"a":1}'])
})
