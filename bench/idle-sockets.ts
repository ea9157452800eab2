// Sockets that show a credential and then only answer pings.
import { each, type Person } from './people.ts'
import { RawSocket, type RawSocketOptions } from './raw-socket.ts'
import { signToken } from './signed-token.ts'

export interface Idle {
  /** Whether all are still open. */
  isWhole(): boolean
  close(): void
}

const CONNECTS_AT_ONCE = 50

type Talk = (text: string, socket: RawSocket, ready: () => void) => void
type Open = (
  i: number,
) => Pick<RawSocketOptions, 'port' | 'path' | 'protocol'> & { first?: string; talk: Talk }

async function openAll(count: number, open: Open): Promise<Idle> {
  let isClosing = false
  let ended = 0
  const sockets = await each(
    count,
    async (i) => {
      const { first, talk, ...options } = open(i)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const socket: RawSocket = new RawSocket({
        host: '127.0.0.1',
        ...options,
        onText: (text) => talk(text, socket, resolve),
        onClose: (reason) => {
          if (!isClosing) ended++
          reject(new Error(reason))
        },
      })
      await socket.opened
      if (first === undefined) resolve()
      else socket.send(first)
      await promise
      return socket
    },
    CONNECTS_AT_ONCE,
  )
  return {
    isWhole: () => ended === 0,
    close: () => {
      isClosing = true
      for (const socket of sockets) socket.close()
    },
  }
}

/** Of these people in turn, each session opened with `hello`. */
export const openParleySockets = (port: number, people: readonly Person[], count: number): Promise<Idle> =>
  openAll(count, (i) => ({
    ...{ port, protocol: `parley.v1, bearer.${people[i % people.length]?.token}`, first: '{"type":"hello"}' },
    talk: (text, _, ready) => {
      if (text.startsWith('{"type":"caught_up"')) ready()
    },
  }))

export const openBareSockets = (port: number, count: number): Promise<Idle> =>
  openAll(count, (i) => ({ port, protocol: `bare, bearer.${signToken(i)}`, talk: () => undefined }))

/** Engine.IO 4: `0` opens, `40` connects the namespace, `2` is a ping and `3` its answer. */
export const openSocketIoSockets = (port: number, count: number): Promise<Idle> =>
  openAll(count, (i) => ({
    ...{ port, path: '/socket.io/?EIO=4&transport=websocket', protocol: '' },
    first: `40${JSON.stringify({ token: signToken(i) })}`,
    talk: (text, socket, ready) => {
      if (text.startsWith('40')) ready()
      else if (text === '2') socket.send('3')
    },
  }))
