import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadApps, type App } from '../../docs/apps.ts'
import { migrateEventsSettings, migrateSettings } from '@parley/service-kit'
import { arrowsOf, openPlaces } from '../../infra/arrows.ts'
import {
  environmentOf,
  jobsOf,
  selects,
  servicesOf,
  workloadsOf,
  type Selector,
  type Workload,
} from '../../infra/pods.ts'
import { overlaysOf, renderOverlay, titleOf, type Manifest } from '../../infra/render.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const overlays = overlaysOf(root)
const SERVICES = ['auth', 'gateway', 'matching', 'messaging']
const WITH_DATABASE = ['auth', 'matching', 'messaging']
const WITH_EVENTS = ['auth', 'matching']
const MIGRATIONS = WITH_DATABASE.map((name) => `migrate-${name}`)

const rendered = new Map<string, Manifest[]>()
let apps: App[]
beforeAll(async () => {
  for (const overlay of overlays) rendered.set(overlay, await renderOverlay(root, overlay))
  apps = await loadApps(root)
}, 120_000)

test('overlays differ in values only, each in a namespace of its own', () => {
  const titles = overlays.map((overlay) =>
    rendered
      .get(overlay)!
      .map((object) =>
        titleOf(object)
          .replace(`parley-${overlay}`, '')
          .replace(/-[a-z0-9]{10}$/, ''),
      )
      .toSorted(),
  )

  expect(overlays).toEqual(['dev', 'prod', 'staging'])
  for (const other of titles) expect(other).toEqual(titles[0])
  for (const overlay of overlays) {
    const namespaces = rendered.get(overlay)!.map(({ kind, metadata }) => {
      return kind === 'Namespace' ? metadata.name : metadata.namespace
    })
    expect(new Set(namespaces)).toEqual(new Set([`parley-${overlay}`]))
  }
})

describe.each(overlays)('%s', (overlay) => {
  const objects = () => rendered.get(overlay)!
  const ofKind = <Spec>(kind: string) =>
    objects()
      .filter((object) => object.kind === kind)
      .map(({ metadata, spec }) => ({ name: metadata.name, spec: spec as Spec, labels: metadata.labels }))
  /** Of what runs for good; a Job neither has probes nor is spread. */
  const lasting = ({ kind }: Workload) => kind !== 'Job'
  const faults = (find: (workload: Workload) => (string | false)[]) =>
    workloadsOf(objects()).flatMap((workload) =>
      find(workload)
        .filter((fault) => fault !== false)
        .map((fault) => `${workload.name}: ${fault}`),
    )

  test('there is a Deployment of every service and a Job for each schema, and nothing else but NATS runs by a template of ours', () => {
    expect(servicesOf(objects()).map(({ name, kind }) => `${kind} ${name}`)).toEqual(
      SERVICES.map((name) => `Deployment ${name}`),
    )
    const names = workloadsOf(objects()).map(({ name }) => name)
    expect(names.toSorted()).toEqual([...SERVICES, ...MIGRATIONS, 'nats'].toSorted())
  })

  test('a migration runs by the image of its service, to its end, under the role that owns the schema; no service has that role', () => {
    for (const { name, pod } of jobsOf(objects())) {
      const app = name.replace('migrate-', '')
      const service = serviceNamed(app).pod.containers[0]
      const [{ image, command }] = pod.containers
      expect({ image, command }).toEqual({
        image: service.image,
        command: ['/nodejs/bin/node', 'dist/migrate.js'],
      })
      const environment = environmentOf(pod.containers[0])
      expect(environment).toMatchObject({ PGUSER: 'postgres-app.username', DATABASE_ROLE: `parley_${app}` })
      expect(environmentOf(service)).toMatchObject({
        ...{ PGUSER: `postgres-${app}.username`, MIGRATE_AT_START: 'false' },
        DATABASE_URL: environment['DATABASE_URL'],
      })
      expect(pod).toMatchObject({ restartPolicy: 'Never' })
    }
    interface Managed {
      managed: { roles: object[] }
    }
    expect(ofKind<Managed>('Cluster')[0]!.spec.managed.roles).toEqual(
      WITH_DATABASE.map((name) => ({
        ...{ name: `parley_${name}`, login: true, passwordSecret: { name: `postgres-${name}` } },
      })),
    )
  })

  test('nobody is root, writes to the root of the file system, gains rights, or has a token of Kubernetes', () => {
    expect(
      faults(({ name, pod }) => [
        pod.securityContext['runAsNonRoot'] !== true && 'may be root',
        !(Number(pod.securityContext['runAsUser']) > 0) && 'has no user of its own',
        JSON.stringify(pod.securityContext['seccompProfile']) !== '{"type":"RuntimeDefault"}' && 'seccomp',
        pod.automountServiceAccountToken !== false && 'has a token',
        pod.enableServiceLinks !== false && 'has links of services in its environment',
        pod.serviceAccountName !== name && 'shares a service account',
        pod.initContainers !== undefined && 'has containers that are not looked at here',
        pod.containers.length !== (name === 'nats' ? 2 : 1) && 'has several containers',
        ...pod.containers.flatMap(({ securityContext }) => [
          securityContext['readOnlyRootFilesystem'] !== true && 'writes to its root',
          securityContext['allowPrivilegeEscalation'] !== false && 'may gain rights',
          JSON.stringify(securityContext['capabilities']) !== '{"drop":["ALL"]}' && 'has capabilities',
        ]),
        ...pod.volumes.map(
          ({ name: volume, ...kind }) =>
            !['secret', 'configMap', 'emptyDir'].includes(Object.keys(kind)[0]!) && `volume ${volume}`,
        ),
      ]),
    ).toEqual([])
    const [namespace] = ofKind('Namespace')
    expect(namespace!.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    const accounts = ofKind('ServiceAccount').map(({ name }) => name)
    expect(accounts.toSorted()).toEqual([...SERVICES, ...MIGRATIONS, 'nats'].toSorted())
  })

  test('each pod asks for what it needs, has a bound of memory, and its heap ends before that', () => {
    expect(
      faults(({ name, pod: { containers } }) => {
        const [container, ...others] = containers
        const { requests, limits } = container.resources
        const bounds = others.flatMap(({ resources }) => Object.keys(resources.limits))
        const heap = Number(
          /--max-old-space-size=(\d+)/.exec(environmentOf(container)['NODE_OPTIONS'] ?? '')?.[1],
        )
        return [
          !(requests['cpu'] && requests['memory']) && 'asks for nothing',
          !limits['memory'] && 'has no bound of memory',
          bounds.length !== others.length * 2 && 'has a container without bounds',
          // A throttled event loop would hold up every socket.
          name === 'gateway'
            ? limits['cpu'] !== undefined && 'is throttled'
            : !limits['cpu'] && 'no bound of CPU',
          name !== 'nats' && !(heap <= mebibytes(limits['memory']!) * 0.75) && `a heap of ${heap} MiB`,
        ]
      }),
    ).toEqual([])
  })

  test('whether to restart, whether to route and whether it has started are asked apart, on a port that it has', () => {
    expect(
      faults((workload) => {
        if (!lasting(workload)) return []
        const { containers } = workload.pod
        const { startupProbe, livenessProbe, readinessProbe, ports } = containers[0]
        const probes = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)
        return [
          probes.includes(undefined as never) && 'lacks a probe',
          livenessProbe.httpGet.path === readinessProbe.httpGet.path && 'is restarted when it is not ready',
          ...probes.map(({ port }) => !ports.some(({ name }) => name === port) && `has no port ${port}`),
        ]
      }),
    ).toEqual([])
    for (const { pod } of servicesOf(objects())) {
      const [{ livenessProbe, readinessProbe }] = pod.containers
      expect([livenessProbe.httpGet.path, readinessProbe.httpGet.path]).toEqual(['/livez', '/readyz'])
    }
  })

  test('each has a disruption budget, is spread over zones and machines, and is replaced without a gap', () => {
    const budgets = ofKind<{ selector: Selector; maxUnavailable: number }>('PodDisruptionBudget')
    expect(
      faults((workload) => {
        if (!lasting(workload)) return []
        const { kind, labels, pod } = workload
        const own = budgets.filter(({ spec }) => selects(spec.selector, labels))
        const keys = pod.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)
        return [
          !(own.length === 1 && own[0]!.spec.maxUnavailable === 1) && `${own.length} disruption budgets`,
          keys.join() !== 'topology.kubernetes.io/zone,kubernetes.io/hostname' && 'is not spread',
          kind === 'Deployment' &&
            !pod.topologySpreadConstraints.every(({ matchLabelKeys = [] }) =>
              matchLabelKeys.includes('app.kubernetes.io/name'),
            ) &&
            'is spread together with others',
        ]
      }),
    ).toEqual([])
    for (const { spec } of ofKind<{ strategy: unknown }>('Deployment')) {
      const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 }
      expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate })
    }
    expect(ofKind('Cluster')[0]!.spec).toMatchObject({ enablePDB: true })
  })

  test('each service is scaled between two bounds; gateways by sockets, before they are full', () => {
    const targets = Object.entries(mostPods(objects())).map(([name]) => name)
    expect(targets.toSorted()).toEqual(SERVICES)
    expect(
      ofKind<{ replicas?: number }>('Deployment').filter(({ spec }) => spec.replicas !== undefined),
    ).toEqual([])

    const [scaled] = ofKind<{ triggers: { name: string; metadata: Record<string, string> }[] }>(
      'ScaledObject',
    )
    const [sockets, loop] = scaled!.spec.triggers
    const most = Number(environmentOf(serviceNamed('gateway').pod.containers[0])['MAX_SOCKETS'])
    expect(Number(sockets!.metadata['threshold'])).toBeLessThanOrEqual(most * 0.75)
    const namespace = `namespace="parley-${overlay}"`
    expect(sockets!.metadata['query']).toBe(`sum(parley_sockets{${namespace}})`)
    expect(loop!.metadata['query']).toContain(`nodejs_eventloop_lag_p99_seconds{${namespace},`)
  })
  const serviceNamed = (wanted: string) => servicesOf(objects()).find(({ name }) => name === wanted)!

  test('sockets have the time to leave, and no proxy ends them', () => {
    const { pod } = serviceNamed('gateway')
    const drain = Number(environmentOf(pod.containers[0])['DRAIN_SECONDS'])
    const { seconds = 0 } = pod.containers[0].lifecycle?.preStop.sleep ?? {}
    expect(drain).toBe(75)
    expect(seconds).toBeGreaterThanOrEqual(5)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds + drain + 10)

    const [route] = ofKind<{ rules: { name: string; timeouts: unknown }[] }>('HTTPRoute')
    expect(route!.spec.rules.map(({ name, timeouts }) => ({ name, timeouts }))).toEqual([
      { name: 'sockets', timeouts: { request: '0s', backendRequest: '0s' } },
      { name: 'requests', timeouts: { request: '30s', backendRequest: '30s' } },
    ])
  })

  test('every setting is one that its service knows, and none is missing or wrong', () => {
    // Read by the driver of Postgres and by Node.
    const foreign = new Set(['PGUSER', 'PGPASSWORD', 'NODE_OPTIONS'])
    for (const { name, pod } of servicesOf(objects())) {
      const { settings } = apps.find((app) => app.name === name)!
      const environment = environmentOf(pod.containers[0])
      const unknown = Object.keys(environment).filter((key) => !(key in settings.shape) && !foreign.has(key))
      expect({ name, unknown }).toEqual({ name, unknown: [] })

      const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
      expect(settings.safeParse(given).error?.issues ?? []).toEqual([])
      expect(Number(environment['PROBE_PORT'])).toBe(portNamed(pod.containers[0], 'probes'))
    }
    const [gateway] = serviceNamed('gateway').pod.containers
    expect(Number(environmentOf(gateway)['PORT'])).toBe(portNamed(gateway, 'http'))
    for (const { name, pod } of jobsOf(objects())) {
      const known = WITH_EVENTS.includes(name.replace('migrate-', ''))
        ? migrateEventsSettings
        : migrateSettings
      const environment = environmentOf(pod.containers[0])
      const unknown = Object.keys(environment).filter((key) => !(key in known.shape) && !foreign.has(key))
      expect({ name, unknown }).toEqual({ name, unknown: [] })
      expect(known.safeParse(environment).error?.issues ?? []).toEqual([])
    }
  })

  test('no secret is in the tree, and each that is referred to is told of in the README', () => {
    expect(ofKind('Secret')).toEqual([])
    const pods = workloadsOf(objects()).map(({ pod }) => pod)
    const referred = pods.flatMap(({ volumes, containers }) => [
      ...volumes.flatMap(({ secret }) => (secret ? [secret.secretName] : [])),
      ...(containers[0].env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ])
    const users = [...SERVICES, 'provisioner'].map((name) => `nats-user-${name}`)
    const roles = [...WITH_DATABASE, 'app', 'ca'].map((name) => `postgres-${name}`)
    const expected = [...users, ...roles, 'nats-users', 'nats-tls'].toSorted()
    expect([...new Set(referred)].toSorted()).toEqual(expected)
    const readme = readFileSync(join(root, 'infra/README.md'), 'utf8')
    for (const secret of expected)
      expect(readme).toContain(
        `\`${secret.replace(/^(nats-user|postgres)-(?!app|ca$|provisioner).*/, '$1-<service>')}\``,
      )
    for (const { containers } of pods) {
      const literal = (containers[0].env ?? []).filter(
        ({ name, value = '' }) =>
          (/PASSWORD|SEED|SECRET/.test(name) && value !== '') || /:\/\/[^/]*@/.test(value),
      )
      expect(literal).toEqual([])
    }
  })

  test('T63: NATS is new enough, listens for clients and servers only, and knows nobody by default', () => {
    const { 'nats.conf': config = '', 'users.conf': users = '' } = objects().find(
      ({ kind, data }) => kind === 'ConfigMap' && data?.['nats.conf'] !== undefined,
    )!.data!
    expect(`${config}${users}`).not.toMatch(/no_auth_user|websocket|mqtt|leafnodes|gateway\s*\{|deny/)
    expect(config).toContain('include "./users.conf"')
    const [{ image }] = workloadsOf(objects()).find(({ name }) => name === 'nats')!.pod.containers
    const [major = 0, minor = 0, patch = 0] = /:(\d+)\.(\d+)\.(\d+)/.exec(image)!.slice(1).map(Number)
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(2_014_002)
  })

  test('what is mounted and what is selected exists', () => {
    // Grafana reads dashboards; no pod does.
    const maps = ofKind('ConfigMap').flatMap(({ name, labels }) =>
      labels?.['grafana_dashboard'] === '1' ? [] : [name],
    )
    const wanted = workloadsOf(objects()).flatMap(({ pod }) =>
      pod.volumes.flatMap(({ configMap }) => configMap ?? []),
    )
    expect(wanted.map(({ name }) => name)).toEqual(maps)

    interface Ports {
      selector: Record<string, string>
      ports: { targetPort: string }[]
    }
    for (const { spec } of ofKind<Ports>('Service')) {
      const [selected, ...others] = workloadsOf(objects()).filter(({ labels }) =>
        selects({ matchLabels: spec.selector }, labels),
      )
      expect(others).toEqual([])
      const names = selected!.pod.containers[0].ports.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(spec.ports.map(({ targetPort }) => targetPort)))
    }
  })

  test('Postgres lets in as many connections as all pods may open', () => {
    const most = mostPods(objects())
    const connections = WITH_DATABASE.map((name) => {
      const { settings } = apps.find((app) => app.name === name)!
      const environment = environmentOf(serviceNamed(name).pod.containers[0])
      const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
      const pool = Number((settings.parse(given) as { DATABASE_POOL: number }).DATABASE_POOL)
      // Beside the pool: locks, relays, maintenance and a migration; one pod more while they are replaced.
      return (most[name]! + 1) * (pool + 5)
    })
    // A migration has one of its own, beside that of its migrator.
    const total = connections.reduce((sum, count) => sum + count, 2 * MIGRATIONS.length)
    const [cluster] = ofKind<{ postgresql: { parameters: Record<string, string> } }>('Cluster')

    expect(Number(cluster!.spec.postgresql.parameters['max_connections'])).toBeGreaterThanOrEqual(total)
    const lanes = Number(environmentOf(serviceNamed('messaging').pod.containers[0])['LANES'])
    expect(most['messaging']).toBeLessThanOrEqual(lanes)
  })

  test('network policies allow exactly the arrows of the architecture', () => {
    const { ingress, egress } = arrowsOf(objects())
    const inside = new Set([...SERVICES, ...MIGRATIONS, 'nats', 'postgres'])
    const isInside = (arrow: string) => {
      const [from = '', to = ''] = arrow.split(' → ')
      return inside.has(from) && inside.has(to.split(':')[0]!)
    }

    expect(openPlaces(objects())).toEqual([])
    // What one side allows and the other does not is no arrow, and a mistake.
    expect(egress.filter(isInside)).toEqual(ingress.filter(isInside))
    expect([...new Set([...ingress, ...egress])].toSorted()).toEqual(
      [
        'edge → gateway:8000',
        ...SERVICES.map((name) => `${name} → nats:4222`),
        ...[...WITH_DATABASE, ...MIGRATIONS].map((name) => `${name} → postgres:5432`),
        ...WITH_EVENTS.map((name) => `migrate-${name} → nats:4222`),
        'nats → nats:6222',
        ...[5432, 8000].flatMap((port) => [`postgres → postgres:${port}`, `cnpg-system → postgres:${port}`]),
        ...[443, 6443].map((port) => `postgres → 0.0.0.0/0:${port}`),
        ...SERVICES.map((name) => `monitoring → ${name}:9090`),
        'monitoring → nats:7777',
        'monitoring → postgres:9187',
        ...[...inside].map((name) => `${name} → kube-system:53`),
      ].toSorted(),
    )
  })
})

const portNamed = ({ ports }: Workload['pod']['containers'][0], wanted: string) =>
  ports.find(({ name }) => name === wanted)!.containerPort

function mebibytes(quantity: string): number {
  const [, count = '', unit = ''] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? []
  return Number(count) * (unit === 'Gi' ? 1_024 : 1)
}

/** How many pods there may be of each that is scaled. */
function mostPods(objects: readonly Manifest[]): Record<string, number> {
  interface Bounds {
    scaleTargetRef: { name: string }
    minReplicas?: number
    minReplicaCount?: number
    maxReplicas?: number
    maxReplicaCount?: number
  }
  const scaled = objects.filter(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind))
  return Object.fromEntries(
    scaled.map(({ spec }) => {
      const bounds = spec as Bounds
      const least = bounds.minReplicas ?? bounds.minReplicaCount ?? 0
      const most = bounds.maxReplicas ?? bounds.maxReplicaCount ?? 0
      expect(least).toBeGreaterThan(0)
      expect(most).toBeGreaterThanOrEqual(least)
      return [bounds.scaleTargetRef.name, most]
    }),
  )
}
