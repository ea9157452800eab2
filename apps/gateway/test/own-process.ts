import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '@parley/testkit'
import type { World } from './world.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A gateway as a process of its own, on the bus of a world. */
export interface OwnGateway extends AsyncDisposable {
  port: number
  /** All that it has written. */
  log(): string
  /** The figures on its page. */
  metrics(): Promise<string>
  /** Sends SIGTERM; gives the exit code. */
  stop(): Promise<number>
}

export async function startOwnGateway({ natsUrl }: World, env: Record<string, string>): Promise<OwnGateway> {
  const gateway = spawn(process.execPath, ['--conditions=@parley/source', main], {
    env: { ...process.env, NATS_URL: natsUrl, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(gateway, 'exit') as Promise<[number]>
  let log = ''
  for (const stream of [gateway.stdout, gateway.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const { port, probePort } = await eventually(() => portsOf(log), { timeoutMs: 15_000 })
  return {
    port,
    log: () => log,
    metrics: async () => (await fetch(`http://127.0.0.1:${probePort}/metrics`)).text(),
    stop: async () => {
      gateway.kill('SIGTERM')
      return (await ended)[0]
    },
    [Symbol.asyncDispose]: async () => {
      gateway.kill('SIGKILL')
      await ended
    },
  }
}

function portsOf(log: string): { port: number; probePort: number } {
  const line = log.split('\n').find((text) => text.includes('"msg":"gateway is open"'))
  if (line === undefined) throw new Error(`not open yet: ${log}`)
  const { port, probe_port: probePort } = JSON.parse(line) as { port: number; probe_port: number }
  return { port, probePort }
}
