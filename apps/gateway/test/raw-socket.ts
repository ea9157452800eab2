import { connect, type Socket } from 'node:net'

/** What a peer that does not keep to RFC 6455 gets: the code of the close frame, or the status of the refusal. */
export interface RawEnd {
  status: number
  code: number | undefined
  head: string
}

export interface RawSocket {
  socket: Socket
  /** Reads until the other side closes. */
  end(): Promise<RawEnd>
}

const DEADLINE_MS = 15_000

/** The head of a request, whole. */
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

export const upgradeLines = (...more: string[]): string[] => [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ...more,
]

/** Sends a text and then bytes, whatever they are. */
export function openRaw(port: number, text: string, bytes: readonly Buffer[] = []): RawSocket {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`nothing came for ${DEADLINE_MS} ms`)))
  // What goes wrong is told to who reads; nobody may.
  socket.on('error', () => undefined)
  socket.write(text)
  // Each in a packet of its own where the system allows it.
  for (const part of bytes) socket.write(part)
  return { socket, end: () => readEnd(socket) }
}

async function readEnd(socket: Socket): Promise<RawEnd> {
  let all = Buffer.alloc(0)
  try {
    for await (const chunk of socket) {
      all = Buffer.concat([all, chunk as Buffer])
      if (read(all).code !== undefined) break
    }
  } catch (err) {
    // A server that closes while it is being written to resets the connection; what it said came before.
    if ((err as NodeJS.ErrnoException).code !== 'ECONNRESET' || all.length === 0) throw err
  }
  socket.destroy()
  return read(all)
}

function read(all: Buffer): RawEnd {
  const split = all.indexOf('\r\n\r\n')
  const text = all.subarray(0, split).toString('latin1')
  const status = Number(text.split(' ')[1])
  return { status, code: status === 101 ? closeCodeOf(all.subarray(split + 4)) : undefined, head: text }
}

/** The code of the first close frame; frames before it are skipped. */
function closeCodeOf(bytes: Buffer): number | undefined {
  for (let at = 0; at + 2 <= bytes.length;) {
    const opcode = (bytes[at] as number) % 16
    const short = bytes[at + 1] as number
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2)
    const start = at + (short < 126 ? 2 : 4)
    if (opcode === 8) return length >= 2 ? bytes.readUInt16BE(start) : 1005
    at = start + length
  }
  return undefined
}

export interface FrameOptions {
  fin?: boolean
  rsv1?: boolean
  opcode?: number
  masked?: boolean
  /** What the header says, where that is not the truth. */
  announced?: bigint
}

export const opcodes = { continuation: 0, text: 1, binary: 2, reserved: 3, close: 8, ping: 9 } as const

/** A frame of a client, right or wrong. */
export function rawFrame(payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv1 = false, opcode = opcodes.text, masked = true, announced } = options
  const data = Buffer.from(payload)
  const first = (fin ? 0x80 : 0) + (rsv1 ? 0x40 : 0) + opcode
  const mask = masked ? 0x80 : 0
  let header: Buffer
  if (announced !== undefined || data.length > 65_535) {
    header = Buffer.from([first, mask + 127, ...Array<number>(8).fill(0)])
    header.writeBigUInt64BE(announced ?? BigInt(data.length), 2)
  } else if (data.length > 125) {
    header = Buffer.from([first, mask + 126, 0, 0])
    header.writeUInt16BE(data.length, 2)
  } else header = Buffer.from([first, mask + data.length])
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([header, Buffer.alloc(masked ? 4 : 0), data])
}
