// One conversation whose members are all connected, and one of them writes.
import { randomUUID } from 'node:crypto'
import { each, type Person } from './people.ts'
import { RawSocket } from './raw-socket.ts'
import { signToken } from './signed-token.ts'

/** What comes back, by the number of the message. */
export interface RoomEvents {
  delivered(n: number, frameChars: number): void
  acked(n: number): void
  failed(why: string): void
}

export interface Room {
  /** How many receive what is sent. */
  members: number
  send(n: number): void
  close(): void
}

const CONTENT_CHARS = 120
const CONNECTS_AT_ONCE = 50

/** The first person writes, all others are attached. */
export async function openParleyRoom(
  url: string,
  { people, conversationId }: { people: readonly Person[]; conversationId: number },
  on: RoomEvents,
): Promise<Room> {
  const open = (member: number): Promise<RawSocket> => {
    let rev = 0
    const { promise, resolve, reject } = Promise.withResolvers<RawSocket>()
    const receive = (text: string): void => {
      if (text.startsWith('{"type":"chat_message"')) {
        const next = numberAfter(text, '"rev":')
        if (rev !== 0 && next !== rev + 1) on.failed(`rev ${next} after ${rev}`)
        rev = next
        if (member > 0) on.delivered(numberAfter(text, '"content":"~'), text.length)
      } else if (text.startsWith('{"type":"ack","ref":"a')) resolve(socket)
      else if (text.startsWith('{"type":"ack"')) on.acked(numberAfter(text, '"ref":"'))
      else if (text.startsWith('{"type":"caught_up"'))
        socket.send(`{"type":"attach","ref":"a","conversation_id":${conversationId}}`)
      else if (text.startsWith('{"type":"error"')) on.failed(text)
    }
    const { hostname: host, port } = new URL(url)
    const socket = new RawSocket({
      ...{
        host,
        port: Number(port),
        protocol: `parley.v1, bearer.${people[member]?.token}`,
        onText: receive,
      },
      onClose: (reason) => {
        on.failed(`socket ended: ${reason}`)
        reject(new Error(reason))
      },
    })
    socket.opened.then(() => socket.send('{"type":"hello"}'), reject)
    return promise
  }
  const sockets = await each(people.length, open, CONNECTS_AT_ONCE)
  return roomOf(sockets, (n) => {
    const content = `~${n}~`.padEnd(CONTENT_CHARS, 'x')
    return `{"type":"chat_message","ref":"${n}","conversation_id":${conversationId},"client_id":"${randomUUID()}","content":"${content}"}`
  })
}

/** The bare server's: the first socket writes. */
export async function openBareRoom(port: number, count: number, on: RoomEvents): Promise<Room> {
  const open = async (member: number): Promise<RawSocket> => {
    let last = 0
    const socket = new RawSocket({
      ...{ host: '127.0.0.1', port, protocol: `bare, bearer.${signToken(member)}` },
      onText: (text) => {
        if (!text.startsWith('{"type":"chat_message"')) return on.acked(numberAfter(text, '"ref":"'))
        const n = numberAfter(text, '"content":"~')
        if (n !== last + 1) on.failed(`${n} after ${last}`)
        on.delivered((last = n), text.length)
      },
      onClose: (reason) => on.failed(`socket ended: ${reason}`),
    })
    await socket.opened
    return socket
  }
  const sockets = await each(count, open, CONNECTS_AT_ONCE)
  return roomOf(sockets, (n) => `{"n":${n}}`)
}

const roomOf = (sockets: readonly RawSocket[], frame: (n: number) => string): Room => ({
  members: sockets.length - 1,
  send: (n) => sockets[0]?.send(frame(n)),
  close: () => {
    for (const socket of sockets) socket.close()
  },
})

function numberAfter(text: string, mark: string): number {
  const at = text.indexOf(mark) + mark.length
  return Number.parseInt(text.slice(at, at + 16), 10)
}
