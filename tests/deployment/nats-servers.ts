import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findNatsServer, freePort, readStackConfig } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { workloadsOf } from '../../scripts/infra/pods.ts'
import type { Manifest } from '../../scripts/infra/render.ts'
import { run } from './processes.ts'
import { beginWhole } from './whole-cluster.ts'

/** The contents of each Secret by its name. */
export type Secrets = Record<string, Record<string, string>>

export interface NatsServers extends AsyncDisposable {
  /** Of the first of them. */
  clientPort: number
  monitors: string[]
}

interface Options {
  objects: readonly Manifest[]
  secrets: Secrets
  folder: string
}

/** The cluster of the manifests' StatefulSet and its configuration, on free ports of this machine. */
export const startNatsServers = ({ folder, ...options }: Options): Promise<NatsServers> =>
  beginWhole((beginning) => beginNatsServers({ ...options, folder: join(folder, String(beginning)) }))

async function beginNatsServers({ objects, secrets, folder }: Options): Promise<NatsServers> {
  await using stack = new AsyncDisposableStack()
  const binary = await findNatsServer(readStackConfig())
  const { pod } = workloadsOf(objects).find(({ name }) => name === 'nats')!
  const { replicas } = objects.find(({ kind }) => kind === 'StatefulSet')!.spec as { replicas: number }
  const { data } = objects.find((object) => object.data?.['nats.conf'] !== undefined)!
  const { 'nats.conf': config = '', ...included } = data!
  const [{ command = [], env = [] }] = pod.containers

  const tls = join(folder, 'tls')
  await mkdir(tls, { recursive: true })
  for (const [file, text] of Object.entries(secrets['nats-tls']!)) await writeFile(join(tls, file), text)
  const servers = await Promise.all(
    Array.from({ length: replicas }, async (_, index) => ({
      ...{ name: `nats-${index}`, place: join(folder, String(index)) },
      ...{ client: await freePort(), cluster: await freePort(), monitor: await freePort() },
    })),
  )
  for (const { name, place, client, cluster, monitor } of servers) {
    await mkdir(join(place, 'data'), { recursive: true })
    let text = config
      .replace('0.0.0.0:4222', `127.0.0.1:${client}`)
      .replace('0.0.0.0:6222', `127.0.0.1:${cluster}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${monitor}`)
      .replaceAll('/etc/nats-tls/', `${tls}/`)
      .replace('"/data"', JSON.stringify(join(place, 'data')))
      .replace('/run/nats/', `${place}/`)
    for (const one of servers)
      text = text.replace(`${one.name}.nats-cluster:6222`, `127.0.0.1:${one.cluster}`)
    const file = join(place, 'nats.conf')
    await writeFile(file, text)
    for (const [name, content] of Object.entries(included)) await writeFile(join(place, name), content)
    const given = env.map(({ name: key, value = '', valueFrom }): [string, string] => {
      const { secretKeyRef } = valueFrom ?? {}
      if (secretKeyRef) return [key, secrets[secretKeyRef.name]![secretKeyRef.key]!]
      return [key, valueFrom ? name : value]
    })
    const args = command.slice(1).map((word) => word.replace('/etc/nats/nats.conf', file))
    const server = run({ name, file: binary, args, cwd: place, env: Object.fromEntries(given) })
    stack.defer(async () => void (await server.stop()))
  }
  const monitors = servers.map(({ monitor }) => `http://127.0.0.1:${monitor}`)
  const { path } = pod.containers[0].startupProbe.httpGet
  for (const monitor of monitors) {
    await eventually(async () => expectOk(await fetch(`${monitor}${path}`)), { timeoutMs: 30_000 })
  }
  const keep = stack.move()
  return {
    clientPort: servers[0]!.client,
    monitors,
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

function expectOk(response: Response): void {
  if (!response.ok) throw new Error(`status ${response.status}`)
}
