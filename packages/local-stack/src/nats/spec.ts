import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { httpGet } from '../process/http-get.ts'
import type { ProcessSpec } from '../process/spec.ts'
import { natsConfigFile, type NatsMember } from './config-file.ts'

export interface NatsPlace {
  binary: string
  dataDir: string
  port: number
  monitorPort: number
  logFile: string
  authorization?: string
  member?: NatsMember
}

/** The embedded nats-server as a process to launch; its configuration is written into the data directory. */
export async function natsSpec({
  binary,
  dataDir,
  port,
  monitorPort,
  logFile,
  authorization,
  member,
}: NatsPlace): Promise<ProcessSpec> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const name = member?.name ?? randomUUID()
  const config = join(dataDir, 'nats.conf')
  const listen = { name, host: '127.0.0.1', port, monitorPort, storeDir: dataDir }
  const text = natsConfigFile({
    ...listen,
    ...(authorization && { authorization }),
    ...(member && { member }),
  })
  await writeFile(config, text, { mode: 0o600 })
  return {
    name: 'nats',
    file: binary,
    args: ['-c', config],
    cwd: '/',
    env: {},
    logFile,
    checkReady: () => assertReady(`http://127.0.0.1:${monitorPort}`, name),
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 2_000,
    orphanSignal: 'SIGTERM',
  }
}

export const natsUrl = (port: number) => `nats://127.0.0.1:${port}`

async function assertReady(monitorUrl: string, name: string): Promise<void> {
  const { server_name } = JSON.parse(await httpGet(`${monitorUrl}/varz`)) as { server_name?: string }
  if (server_name !== name) throw new Error(`another nats-server answers on ${monitorUrl}`)
  await httpGet(`${monitorUrl}/healthz`)
}
