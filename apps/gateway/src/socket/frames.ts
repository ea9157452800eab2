// Text frames as they stand on the wire (RFC 6455, server to client, so unmasked). They are built once and written to
// every socket that gets them.

const TEXT = 0x81
const LINE_FEED = 0x0a
const MOST_IN_BYTE = 125
const MOST_IN_TWO_BYTES = 65_535

const headerBytes = (length: number): number =>
  length <= MOST_IN_BYTE ? 2 : length <= MOST_IN_TWO_BYTES ? 4 : 10

function writeHeader(target: Buffer, at: number, length: number): number {
  target[at] = TEXT
  if (length <= MOST_IN_BYTE) {
    target[at + 1] = length
    return at + 2
  }
  if (length <= MOST_IN_TWO_BYTES) {
    target[at + 1] = 126
    return target.writeUInt16BE(length, at + 2)
  }
  target[at + 1] = 127
  target.writeUInt32BE(0, at + 2)
  return target.writeUInt32BE(length, at + 6)
}

/** One frame from JSON text. */
export function encodeText(json: string): Buffer {
  const length = Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(headerBytes(length) + length)
  frame.write(json, writeHeader(frame, 0, length))
  return frame
}

export interface Encoded {
  bytes: Buffer
  count: number
}

/** A frame for each line. The bytes are copied: those of NATS lie in a chunk that they would keep alive. */
export function encodeLines(lines: Uint8Array): Encoded {
  let size = 0
  let count = 0
  for (let start = 0; start <= lines.length; count++) {
    const end = endOfLine(lines, start)
    size += headerBytes(end - start) + end - start
    start = end + 1
  }
  const bytes = Buffer.allocUnsafe(size)
  for (let from = 0, to = 0; from <= lines.length;) {
    const end = endOfLine(lines, from)
    to = writeHeader(bytes, to, end - from)
    bytes.set(count === 1 ? lines : lines.subarray(from, end), to)
    to += end - from
    from = end + 1
  }
  return { bytes, count }
}

function endOfLine(lines: Uint8Array, start: number): number {
  const found = lines.indexOf(LINE_FEED, start)
  return found === -1 ? lines.length : found
}
