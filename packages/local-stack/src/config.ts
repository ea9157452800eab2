import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the machine says about where servers are found and where downloads are kept. */
export interface StackConfig {
  cacheDir: string
  path: string
  natsServerBin: string | undefined
  /** Where a container engine might answer; undefined means that none is looked for. */
  containerSocket: string | undefined
}

export function readStackConfig(env: NodeJS.ProcessEnv = process.env): StackConfig {
  return {
    cacheDir: join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'parley'),
    path: env['PATH'] ?? '',
    natsServerBin: env['NATS_SERVER_BIN'] || undefined,
    containerSocket: env['DOCKER_HOST'] || '/var/run/docker.sock',
  }
}
