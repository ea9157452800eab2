import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

// Below the ranges that systems hand out for outgoing connections (Linux from 32768, macOS from 49152): a client that
// reconnects in a loop could otherwise be given a stopped server's port as its own and keep it from coming back.
const LOWEST = 12_000
const HIGHEST = 32_000
/** Ports that one process gives, and no other one: of a server that is down for a moment too. */
const SLICE = 250
const MOST_ATTEMPTS = 100

/** Found free by this process, for somebody who may not listen there yet. */
const spoken = new Set<number>()
/** Left of the slice that this process gives from. */
let left: number[] = []

/** Rejects with the system's error (EADDRINUSE, EACCES, …) when nothing can listen there. From here on the port is given to nobody else. */
export async function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  spoken.add(port)
  const server = await listen(port, host)
  server.close()
  await once(server, 'close')
}

/** A loopback port that nothing listens on, that no outgoing connection will take, and no other process will give. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/** As many such ports, one after the other. */
export async function freePorts(count: number): Promise<number[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ports = await next(count)
      if (ports.some((port) => spoken.has(port))) continue
      for (const port of ports) await assertPortFree(port)
      return ports
    } catch (err) {
      if (attempt >= MOST_ATTEMPTS) throw err
    }
  }
}

async function next(count: number): Promise<number[]> {
  if (left.length < count) left = await holdSlice()
  return left.splice(0, count)
}

/** The ports of a slice that no other process holds: whoever listens on its first one does, for as long as it lives. */
async function holdSlice(): Promise<number[]> {
  const first = LOWEST + randomInt((HIGHEST - LOWEST) / SLICE) * SLICE
  const server = await listen(first, '127.0.0.1')
  server.unref()
  return Array.from({ length: SLICE - 1 }, (_, index) => first + 1 + index)
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer()
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  return server
}
