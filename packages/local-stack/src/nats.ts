import { readStackConfig, type StackConfig } from './config.ts'
import { containerEngineAnswers } from './container-engine.ts'
import { dataPlace } from './data-place.ts'
import { natsConfigFile, type NatsMember } from './nats/config-file.ts'
import { findNatsServer } from './nats/find.ts'
import { natsSpec, natsUrl } from './nats/spec.ts'
import { freePort } from './process/free-port.ts'
import { launchReady } from './process/ready.ts'
import type { RunningServer } from './running-server.ts'

export interface NatsOptions {
  /** A server that runs already; nothing is started then. */
  url?: string
  /** Streams that outlive the server; without it a container or a directory that goes with it. */
  dataDir?: string
  port?: number
  /** As in its configuration; without it everybody may do everything. */
  authorization?: string
  /** Makes it one server of a cluster; it is ready once the cluster has a leader. */
  member?: NatsMember
}

export interface RunningNats extends RunningServer {
  /** Where `/varz` and `/jsz` answer. */
  monitorUrl?: string
}

/** A real nats-server with JetStream: the caller's, else a container's where an engine answers, else the embedded one. */
export async function startNats(options: NatsOptions = {}): Promise<RunningNats> {
  if (options.url) return { url: options.url, kind: 'external', stop: async () => {} }
  const config = readStackConfig()
  if (!options.dataDir && (await containerEngineAnswers(config))) return inContainer(options)
  return embedded(options, config)
}

async function inContainer({ authorization }: NatsOptions): Promise<RunningNats> {
  const { GenericContainer, Wait } = await import('testcontainers')
  const content = natsConfigFile({
    name: 'parley',
    host: '0.0.0.0',
    port: 4222,
    monitorPort: 8222,
    storeDir: '/data',
    ...(authorization && { authorization }),
  })
  const container = await new GenericContainer('nats:2.14-alpine')
    .withCopyContentToContainer([{ content, target: '/etc/nats/parley.conf' }])
    .withCommand(['nats-server', '-c', '/etc/nats/parley.conf'])
    .withExposedPorts(4222, 8222)
    .withWaitStrategy(Wait.forHttp('/healthz', 8222))
    .start()
  const at = (port: number) => `${container.getHost()}:${container.getMappedPort(port)}`
  return {
    url: `nats://${at(4222)}`,
    monitorUrl: `http://${at(8222)}`,
    kind: 'container',
    stop: async () => void (await container.stop()),
  }
}

async function embedded(options: NatsOptions, config: StackConfig): Promise<RunningNats> {
  const { port = await freePort(), authorization, member } = options
  const monitorPort = await freePort()
  const binary = await findNatsServer(config)
  const place = await dataPlace('nats', options.dataDir)
  try {
    const server = await launchReady(
      await natsSpec({
        ...{ ...place, binary, port, monitorPort },
        ...(authorization && { authorization }),
        ...(member && { member }),
      }),
    )
    return {
      url: natsUrl(port),
      monitorUrl: `http://127.0.0.1:${monitorPort}`,
      kind: 'embedded',
      pid: server.pid,
      stop: () => server.stop().then(place.release),
    }
  } catch (err) {
    await place.release()
    throw err
  }
}
