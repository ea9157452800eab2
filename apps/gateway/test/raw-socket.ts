import { connect, type Socket } from 'node:net'

/** What a peer that does not keep to RFC 6455 gets: the code of the close frame, or the status of the refusal. */
export interface RawEnd {
  status: number
  code: number | undefined
  head: string
  /** What the server sent after the head, the close frame last. */
  frames: ReceivedFrame[]
}

export interface ReceivedFrame {
  /** The whole first byte: `fin` and the opcode, nothing else where the server does right. */
  first: number
  isMasked: boolean
  payload: Buffer
}

export interface RawSocket {
  socket: Socket
  /** Reads until the close frame or the end of the connection. */
  end(): Promise<RawEnd>
  /** Reads until the other side ends the connection, whatever comes after its close frame. */
  last(): Promise<RawEnd>
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
  return {
    socket,
    end: () => readEnd(socket, ({ code }) => code !== undefined),
    last: () => readEnd(socket, () => false),
  }
}

async function readEnd(socket: Socket, isEnough: (end: RawEnd) => boolean): Promise<RawEnd> {
  let all = Buffer.alloc(0)
  try {
    for await (const chunk of socket) {
      all = Buffer.concat([all, chunk as Buffer])
      if (isEnough(read(all))) break
    }
  } catch (err) {
    // A server that closes while it is being written to resets the connection; what it said came before.
    if ((err as NodeJS.ErrnoException).code !== 'ECONNRESET' || all.length === 0) throw err
  }
  socket.destroy()
  return read(all)
}

function read(all: Buffer): RawEnd {
  // Of an open socket that is read further there is no head.
  const split = all.subarray(0, 5).toString('latin1') === 'HTTP/' ? all.indexOf('\r\n\r\n') : -4
  const text = split < 0 ? 'HTTP/1.1 101' : all.subarray(0, split).toString('latin1')
  const status = Number(text.split(' ')[1])
  const frames = status === 101 ? framesOf(all.subarray(split + 4)) : []
  const close = frames.find(({ first }) => first % 16 === opcodes.close)?.payload
  const code = close && (close.length >= 2 ? close.readUInt16BE(0) : 1005)
  return { status, code, head: text, frames }
}

function framesOf(bytes: Buffer): ReceivedFrame[] {
  const frames: ReceivedFrame[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const [first = 0, second = 0] = bytes.subarray(at)
    const short = second % 128
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
    if (start > bytes.length) break
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if (start + length > bytes.length) break
    frames.push({ first, isMasked: second >= 128, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return frames
}

export interface FrameOptions {
  fin?: boolean
  /** The three reserved bits. */
  rsv?: number
  opcode?: number
  masked?: boolean
  /** Zeros, which leave the payload as it is, unless said. */
  mask?: Buffer
  /** What the header says, where that is not the truth. */
  announced?: bigint
}

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  reserved: 3,
  close: 8,
  ping: 9,
  pong: 10,
} as const

/** A frame of a client, right or wrong. */
export function rawFrame(payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, opcode = opcodes.text, masked = true, announced } = options
  const key = options.mask ?? Buffer.alloc(4)
  // oxlint-disable-next-line no-bitwise -- RFC 6455 masks by exclusive or
  const data = Buffer.from(payload).map((byte, i) => byte ^ (key[i % 4] ?? 0))
  const first = (fin ? 0x80 : 0) + rsv * 0x10 + opcode
  const mask = masked ? 0x80 : 0
  let header: Buffer
  if (announced !== undefined || data.length > 65_535) {
    header = Buffer.from([first, mask + 127, ...Array<number>(8).fill(0)])
    header.writeBigUInt64BE(announced ?? BigInt(data.length), 2)
  } else if (data.length > 125) {
    header = Buffer.from([first, mask + 126, 0, 0])
    header.writeUInt16BE(data.length, 2)
  } else header = Buffer.from([first, mask + data.length])
  return Buffer.concat([header, masked ? key : Buffer.alloc(0), data])
}
