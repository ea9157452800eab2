import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessSpec } from '../process/spec.ts'
import { natsConfigFile } from './config-file.ts'

export interface NatsPlace {
  binary: string
  dataDir: string
  port: number
  monitorPort: number
  logFile: string
}

/** The embedded nats-server as a process to launch; its configuration is written into the data directory. */
export async function natsSpec({
  binary,
  dataDir,
  port,
  monitorPort,
  logFile,
}: NatsPlace): Promise<ProcessSpec> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const name = randomUUID()
  const config = join(dataDir, 'nats.conf')
  await writeFile(config, natsConfigFile({ name, host: '127.0.0.1', port, monitorPort, storeDir: dataDir }))
  return {
    name: 'nats',
    file: binary,
    args: ['-c', config],
    cwd: '/',
    env: {},
    logFile,
    isReady: () => isReady(`http://127.0.0.1:${monitorPort}`, name),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5_000,
  }
}

async function isReady(monitorUrl: string, name: string): Promise<boolean> {
  const varz = (await (await fetch(`${monitorUrl}/varz`)).json()) as { server_name?: string }
  return varz.server_name === name && (await fetch(`${monitorUrl}/healthz`)).ok
}
