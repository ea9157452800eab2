import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@parley/local-stack'
import { createTestDatabase } from '@parley/testkit'
import { Client } from 'pg'
import selfsigned from 'selfsigned'
import { parseAllDocuments } from 'yaml'
import { imagesOf } from '../../scripts/infra/images.ts'
import { jobsOf, servicesOf, type Workload } from '../../scripts/infra/pods.ts'
import { type Manifest, renderOverlay } from '../../scripts/infra/render.ts'
import { startNatsServers, type Secrets } from './nats-servers.ts'
import { run, type Running } from './processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The manifests' backoffLimit. Each pause is twice the one before, as in a cluster, which begins with 10 s. */
const JOB_RETRIES = 10
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000

export interface Deployment extends AsyncDisposable {
  gateway: string
  probes: { name: string; startup: string; liveness: string; readiness: string }[]
  processes: Running[]
  monitors: string[]
  /** One more process of a service, whose seed is in another file. */
  spawn(name: string, options: { seedFile: string }): Running
}

/**
 * What an overlay describes, as processes of this machine: the commands of the images with the environment of the
 * manifests and nothing besides. Only what a cluster gives is replaced: names of hosts, ports that several pods share,
 * places of mounted files, and Postgres, which is the tests' own and speaks without TLS.
 */
export async function deploy(overlay: string, { only }: { only?: string[] } = {}): Promise<Deployment> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'parley-deploy-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const objects = await renderOverlay(root, overlay)
  const database = stack.use(await createTestDatabase())
  const secrets = await makeSecrets(database.url)
  stack.use(await makeRoles(database.url, objects))
  const nats = stack.use(await startNatsServers({ objects, secrets, folder: join(folder, 'nats') }))

  const images = imagesOf(root)
  const services = servicesOf(objects).filter(({ name }) => !only || only.includes(name))
  const jobs = jobsOf(objects)
  const places = new Map<string, Place>()
  for (const service of [...services, ...jobs]) {
    const place = { folder: join(folder, service.name), ports: new Map<number, number>() }
    for (const { containerPort } of service.pod.containers[0].ports)
      place.ports.set(containerPort, await freePort())
    await mountSecrets(service, secrets, place.folder)
    places.set(service.name, place)
  }
  const start = (service: Workload, more: Record<string, string> = {}) => {
    const [{ image, command }] = service.pod.containers
    const app = /parley[-/]([a-z]+)/.exec(image)?.[1] ?? ''
    const [, ...args] = command ?? images[app]!.entrypoint
    const place = places.get(service.name)!
    const env = environment({ service, secrets, place, natsPort: nats.clientPort, databaseUrl: database.url })
    const cwd = join(root, 'apps', app)
    return run({ name: service.name, file: process.execPath, args, cwd, env: { ...env, ...more } })
  }
  await Promise.all(jobs.map((job) => complete(() => start(job))))
  const processes = services.map((service) => start(service))
  for (const one of processes) stack.defer(async () => void (await one.stop()))

  const portOf = ({ name, pod }: Workload, wanted: string) => {
    const { containerPort } = pod.containers[0].ports.find((port) => port.name === wanted)!
    return places.get(name)!.ports.get(containerPort)!
  }
  const gateway = services.find(({ name }) => name === 'gateway')
  const keep = stack.move()
  return {
    gateway: gateway ? `http://127.0.0.1:${portOf(gateway, 'http')}` : '',
    probes: services.map((service) => {
      const { startupProbe, livenessProbe, readinessProbe } = service.pod.containers[0]
      const url = ({ httpGet }: typeof startupProbe) =>
        `http://127.0.0.1:${portOf(service, httpGet.port)}${httpGet.path}`
      return {
        name: service.name,
        startup: url(startupProbe),
        liveness: url(livenessProbe),
        readiness: url(readinessProbe),
      }
    }),
    processes,
    monitors: nats.monitors,
    spawn: (name, { seedFile }) => {
      const service = services.find((one) => one.name === name)!
      return start(service, { NATS_NKEY_FILE: seedFile, PROBE_PORT: '0' })
    },
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

interface Place {
  folder: string
  /** Ports of the container, and where they are on this machine. */
  ports: Map<number, number>
}

/** The Secrets that an installation has: those of the script, of the certificates, and of the operator of Postgres. */
async function makeSecrets(databaseUrl: string): Promise<Secrets> {
  const made = execFileSync(
    process.execPath,
    ['--conditions=@parley/source', join(root, 'scripts/make-secrets.ts')],
    {
      encoding: 'utf8',
    },
  )
  const own = parseAllDocuments(made).map(
    (document) => document.toJS() as { metadata: { name: string }; stringData: Record<string, string> },
  )
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'nats' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const { username, password } = new URL(databaseUrl)
  return {
    ...Object.fromEntries(own.map(({ metadata, stringData }) => [metadata.name, stringData])),
    'nats-tls': { 'tls.crt': cert, 'tls.key': key, 'ca.crt': cert },
    'postgres-ca': { 'ca.crt': cert },
    'postgres-app': { username, password },
  }
}

/** What the operator of Postgres makes of the roles that the manifests ask for. */
async function makeRoles(databaseUrl: string, objects: readonly Manifest[]): Promise<AsyncDisposable> {
  interface Roles {
    managed: { roles: { name: string; login: boolean }[] }
  }
  const { managed } = objects.find(({ kind }) => kind === 'Cluster')!.spec as Roles
  const names = managed.roles.filter(({ login }) => login).map(({ name }) => name)
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  for (const name of names) await client.query(`create role ${name} login`)
  return {
    [Symbol.asyncDispose]: async () => {
      for (const name of names) await client.query(`drop owned by ${name}; drop role ${name}`)
      await client.end()
    },
  }
}

async function mountSecrets({ pod }: Workload, secrets: Secrets, folder: string): Promise<void> {
  for (const { name, secret } of pod.volumes) {
    const mount = pod.containers[0].volumeMounts.find((one) => one.name === name)
    if (!secret || !mount) throw new Error(`volume ${name} is not mounted, or is no Secret`)
    for (const { key, path } of secret.items) {
      const file = join(folder, mount.mountPath, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, secrets[secret.secretName]![key]!)
    }
  }
}

interface EnvironmentOptions {
  service: Workload
  secrets: Secrets
  place: Place
  natsPort: number
  databaseUrl: string
}

function environment(options: EnvironmentOptions): Record<string, string> {
  const { service, secrets, place, natsPort, databaseUrl } = options
  const replaced: Record<string, (value: string) => string> = {
    NATS_URL: (value) => value.replace('nats:4222', `localhost:${natsPort}`),
    DATABASE_URL: (value) => {
      const { hostname, port, pathname } = new URL(databaseUrl)
      const url = new URL(value)
      return `${url.protocol}//${hostname}:${port}${pathname}`
    },
    PORT: (value) => String(place.ports.get(Number(value))),
    PROBE_PORT: (value) => String(place.ports.get(Number(value))),
    HOST: () => '127.0.0.1',
    PROBE_HOST: () => '127.0.0.1',
    NATS_CA_FILE: (value) => join(place.folder, value),
    NATS_NKEY_FILE: (value) => join(place.folder, value),
  }
  return Object.fromEntries(
    (service.pod.containers[0].env ?? []).map(({ name, value = '', valueFrom }) => {
      const { secretKeyRef, fieldRef } = valueFrom ?? {}
      if (secretKeyRef) return [name, secrets[secretKeyRef.name]![secretKeyRef.key]!]
      if (fieldRef) return [name, `${service.name}-0`]
      return [name, replaced[name]?.(value) ?? value]
    }),
  )
}

/** As Kubernetes runs a Job: again, where it failed because the servers of NATS had not found each other yet. */
async function complete(start: () => Pick<Running, 'name' | 'exited' | 'output'>): Promise<void> {
  for (let tries = 0; ; tries++) {
    const job = start()
    const code = await job.exited
    if (code === 0) return
    if (tries === JOB_RETRIES) throw new Error(`${job.name} ended with ${code}: ${job.output()}`)
    await delay(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries))
  }
}
