import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ranges that systems hand out for outgoing connections (Linux from 32768, macOS from 49152): a client that
// reconnects in a loop could otherwise be given a stopped server's port as its own and keep it from coming back.
const LOWEST = 12_000
const HIGHEST = 32_000
const MOST_ATTEMPTS = 50

/** Found free by this process, for somebody who may not listen there yet. */
const spoken = new Set<number>()

/** Rejects with the system's error (EADDRINUSE, EACCES, …) when nothing can listen there. From here on the port is given to nobody else. */
export async function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  const server = createServer()
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
  spoken.add(port)
}

/** A loopback port that nothing listens on and that no outgoing connection will take. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/** As many such ports, one after the other. */
export async function freePorts(count: number): Promise<number[]> {
  for (let attempt = 1; ; attempt++) {
    const first = randomInt(LOWEST, HIGHEST)
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if (ports.some((port) => spoken.has(port))) continue
    try {
      for (const port of ports) await assertPortFree(port)
      return ports
    } catch (err) {
      if (attempt >= MOST_ATTEMPTS) throw err
    }
  }
}
