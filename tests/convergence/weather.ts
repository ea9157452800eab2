import type { SocketConstructor, SocketEvent } from '@parley/client'
import { WebSocket } from 'ws'
import type { Random } from '../faults/random.ts'

/** What the network does to one device. */
export interface Weather {
  /** For `ParleyClient`: each new socket goes to the next gateway. */
  WebSocket: SocketConstructor
  fetch: typeof globalThis.fetch
  /** Breaks the open sockets without a word. */
  cut(): void
  /** From now on nothing is lost. */
  clear(): void
}

const DROPPED = 0.1
const DOUBLED = 0.1
/** Of answers: the socket breaks and the answer is lost. */
const BROKEN = 0.05
const UNANSWERED = 0.03

/** What the server tells by itself. It comes over the bus, which may lose it, or bring it again. */
const told = new Set([
  ...['chat_message', 'message_edit', 'message_delete', 'message_reaction'],
  ...['read_receipt', 'delivery_receipt', 'conversation_update', 'typing_indicator'],
])
/** Asked for and sent in one piece, which the bus cannot tear. */
const repairing = new Set(['hello', 'sync', 'pull', 'attach'])
const endOf = ({ type, ref }: Header): string =>
  ref ?? (type === 'hello' || type === 'sync' ? 'caught_up' : type)

interface Header {
  type: string
  ref?: string
}

export function createWeather(gateways: readonly string[], random: Random): Weather {
  const open = new Set<Line>()
  let opened = random.pick([0, 1])
  let isClear = false
  const chance = (share: number): boolean => !isClear && random.next() < share

  class Line {
    readonly #ws: WebSocket
    readonly #awaited: string[] = []

    constructor(url: string, protocols: string[]) {
      const target = new URL(url)
      target.port = new URL(gateways[opened++ % gateways.length] as string).port
      this.#ws = new WebSocket(target, protocols)
      open.add(this)
      this.#ws.on('close', () => open.delete(this))
      // What went wrong is followed by `close`.
      this.#ws.on('error', () => undefined)
    }

    send(data: string): void {
      const header = JSON.parse(data) as Header
      if (repairing.has(header.type)) this.#awaited.push(endOf(header))
      this.#ws.send(data)
    }

    close(code?: number, reason?: string): void {
      this.#ws.close(code, reason)
    }

    addEventListener(
      type: 'open' | 'message' | 'close' | 'error',
      listener: (event: SocketEvent) => void,
    ): void {
      if (type !== 'message')
        return void this.#ws.on(type, (code: unknown) => listener({ code: Number(code) }))
      this.#ws.on('message', (data: Buffer) => {
        for (let n = this.#copies(data.toString()); n > 0; n--) listener({ data: data.toString() })
      })
    }

    cut(): void {
      this.#ws.terminate()
    }

    /** How often a frame is delivered. */
    #copies(data: string): number {
      const header = JSON.parse(data) as Header
      const { type } = header
      const ended = this.#awaited.indexOf(endOf(header))
      if (ended !== -1) this.#awaited.splice(ended, 1)
      if (told.has(type)) return this.#awaited.length > 0 ? 1 : chance(DROPPED) ? 0 : chance(DOUBLED) ? 2 : 1
      if (type !== 'ack' || !chance(BROKEN)) return 1
      this.cut()
      return 0
    }
  }

  return {
    WebSocket: Line,
    fetch: async (...args) => {
      const answer = await globalThis.fetch(...args)
      if (!chance(UNANSWERED)) return answer
      await answer.body?.cancel()
      throw new TypeError('the answer was lost')
    },
    cut: () => {
      for (const line of open) line.cut()
    },
    clear: () => void (isClear = true),
  }
}
