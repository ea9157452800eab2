// A WebSocket client for load: one parse-free pass over the bytes, so that the generator costs less than what it measures.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface RawSocketOptions {
  host: string
  port: number
  protocol: string
  /** `/ws` unless said. */
  path?: string
  onText: (text: string) => void
  onClose: (reason: string) => void
}

const TEXT = 1
const CLOSE = 8
const PING = 9

export class RawSocket {
  readonly #socket: Socket
  readonly #options: RawSocketOptions
  #rest: Buffer = Buffer.alloc(0)
  #isOpen = false
  readonly opened: Promise<void>

  constructor(options: RawSocketOptions) {
    this.#options = options
    this.#socket = connect({ host: options.host, port: options.port, noDelay: true })
    this.#socket.on('error', (err) => options.onClose(err.message))
    this.#socket.on('close', () => options.onClose('closed'))
    this.opened = new Promise((resolve) => {
      this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk, resolve))
    })
    this.#socket.write(
      `GET ${options.path ?? '/ws'} HTTP/1.1\r\nHost: ${options.host}:${options.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n` +
        `${options.protocol === '' ? '' : `Sec-WebSocket-Protocol: ${options.protocol}\r\n`}\r\n`,
    )
  }

  /** Sends a text frame. The mask is zero, so that the payload stands as it is. */
  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    const { length } = payload
    const head = Buffer.alloc(length < 126 ? 6 : 8)
    head[0] = 0x80 | opcode
    if (length < 126) head[1] = 0x80 | length
    else {
      head[1] = 0x80 | 126
      head.writeUInt16BE(length, 2)
    }
    this.#socket.write(Buffer.concat([head, payload]))
  }

  #receive(chunk: Buffer, opened: () => void): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    if (!this.#isOpen) {
      const end = data.indexOf('\r\n\r\n')
      if (end === -1) return void (this.#rest = data)
      const status = data.toString('latin1', 0, 12)
      if (status !== 'HTTP/1.1 101') return this.#options.onClose(`upgrade refused: ${status}`)
      this.#isOpen = true
      opened()
      data = data.subarray(end + 4)
    }
    this.#rest = this.#takeFrames(data)
  }

  /** Hands out the whole frames and gives back what is left over. */
  #takeFrames(data: Buffer): Buffer {
    let at = 0
    for (;;) {
      const frame = frameAt(data, at)
      if (!frame) return at === 0 ? data : data.subarray(at)
      at = frame.end
      if (frame.opcode === TEXT) this.#options.onText(data.toString('utf8', frame.start, frame.end))
      else if (frame.opcode === PING) this.#write(0xa, data.subarray(frame.start, frame.end))
      else if (frame.opcode === CLOSE) this.#options.onClose(`code ${data.readUInt16BE(frame.start)}`)
    }
  }
}

/** A whole server frame that begins at an offset (RFC 6455, 5.2; servers do not mask). */
function frameAt(data: Buffer, at: number): { opcode: number; start: number; end: number } | undefined {
  if (data.length < at + 2) return undefined
  const opcode = (data[at] as number) & 0x0f
  const short = (data[at + 1] as number) & 0x7f
  const head = short === 126 ? 4 : short === 127 ? 10 : 2
  if (data.length < at + head) return undefined
  const length =
    short === 126 ? data.readUInt16BE(at + 2) : short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short
  const start = at + head
  return data.length < start + length ? undefined : { opcode, start, end: start + length }
}
