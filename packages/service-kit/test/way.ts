import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Way extends AsyncDisposable {
  url: string
  /** From here on nothing passes and nothing ends, as when a cable is cut. */
  freeze(): void
  /** New connections pass again; those that were frozen stay so. */
  thaw(): void
  /** How often somebody has come this way. */
  connections(): number
}

/** A way to a server, that can be blocked. */
export async function startWay(target: string): Promise<Way> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    connections++
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(one)
          other.destroy()
        })
      one.pipe(other)
    }
    if (isFrozen) stop(near, far)
  })
  let isFrozen = false
  const stop = (...sockets: Socket[]) => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    freeze: () => {
      isFrozen = true
      stop(...open)
    },
    thaw: () => {
      isFrozen = false
    },
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
