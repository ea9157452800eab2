import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readLoad } from '../capacity/arguments.ts'
import { chosen, manifests, measured, planFor, usualLoad } from '../capacity/plan.ts'
import { environmentOf, servicesOf } from '../infra/pods.ts'
import { renderOverlay } from '../infra/render.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/capacity.ts', ...args], { cwd: root, encoding: 'utf8' })

test('the plan grows with the load, and a small one outlives a zone', () => {
  const small = planFor({ ...usualLoad, sockets: 100 })
  const large = planFor({ ...usualLoad, sockets: 10_000_000 })

  expect(small).toMatchObject({
    gateways: 3,
    messaging: 3,
    natsClusters: 1,
    postgresShards: 1,
    beyondOne: [],
    toRaise: [],
  })
  expect(large.gateways).toBe(600)
  expect(large.natsClusters).toBe(7)
  expect(large.messagesPerDay).toBe(3_456_000_000)
  expect(chosen.shards % large.postgresShards).toBe(0)
  expect(large.beyondOne).toHaveLength(2)
  expect(large.toRaise).toHaveLength(3)
  expect(planFor({ ...usualLoad, sockets: 1_000_000, secondsBetweenSends: 10 }).messaging).toBeGreaterThan(
    planFor({ ...usualLoad, sockets: 1_000_000 }).messaging,
  )
})

test('the command prints counts, and refuses what is wrong by name', () => {
  const good = run('--sockets', '1e6')
  expect(good).toMatchObject({ status: 0, stderr: '' })
  expect(good.stdout).toMatch(/^gateway pods {2,}60, /m)

  for (const [args, said] of [
    [[], '--sockets is missing'],
    [['--sockets', 'many'], '--sockets must be a number'],
    [['--sockets', '-5'], /--sockets/],
    [['--sockets', '0'], '--sockets must be a number'],
    [['--sockets', '1e99'], '--sockets must be a number'],
    [['--sockets', '10', '--copies', '0'], '--copies must be a number'],
    [['--sockets', '10', '--days', ''], '--days must be a number'],
    [['--socket', '10'], "'--socket'"],
  ] as const) {
    const { status, stdout, stderr } = run(...args)
    expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  }
  expect(readLoad(['--sockets', '12.5e3']).sockets).toBe(12_500)
})

/** The words before each figure, in the page about them. */
const words: Record<keyof (typeof measured & typeof chosen & typeof manifests & typeof usualLoad), string> = {
  gatewayCpu: '| gateway, CPU-seconds for 1,000 messages, delivered to two |',
  messagingCpu: '| messaging, the same |',
  postgresCpu: '| Postgres, the same |',
  natsCpu: '| NATS, the same |',
  gatewayBytesPerSocket: '| gateway, bytes of memory for a socket that is idle |',
  socketsPerGateway: '| sockets of a gateway |',
  coreInUse: '| part of a core that a process may use at the peak |',
  spare: '| factor for what may be lost |',
  peopleOfSockets: '| people for a socket |',
  averageOfPeak: '| average load for that of the peak |',
  bytesPerMessage: '| bytes of a message in Postgres, with its indexes |',
  subjectsPerNatsCluster: '| subjects of a NATS cluster |',
  messagesPerNatsCluster: '| messages a second of a NATS cluster |',
  terabytesPerShard: '| terabytes of a Postgres shard |',
  coresPerPostgres: '| cores of a Postgres |',
  shards: '| shards of ids |',
  gateways: '| gateway pods |',
  messaging: '| messaging pods and lanes |',
  postgresDiskGiB: "| GiB of Postgres's disk |",
  secondsBetweenSends: '`--seconds-between-sends` (',
  copies: '`--copies` (',
  days: '`--days` (',
}

test('each figure of the plan stands in the page about it, behind its words', () => {
  const page = readFileSync(`${root}/docs/capacity.md`, 'utf8').replaceAll(/\s+/g, ' ')
  for (const [key, value] of Object.entries({ ...measured, ...chosen, ...manifests, ...usualLoad })) {
    const [, said] = page.split(words[key as keyof typeof words])
    expect([key, said?.match(/[\d.,]*\d/)?.[0]]).toEqual([
      key,
      value.toLocaleString('en', { maximumFractionDigits: 3 }),
    ])
  }
})

test('the plan goes by what the manifests of production say', { timeout: 60_000 }, async () => {
  const objects = await renderOverlay(root, 'prod')
  const specOf = <Spec>(kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)!.spec as Spec
  const environment = (service: string) =>
    environmentOf(servicesOf(objects).find(({ name }) => name === service)!.pod.containers[0])
  const { storage, resources } = specOf<{
    storage: { size: string }
    resources: { requests: { cpu: string } }
  }>('Cluster', 'postgres')

  expect(Number(environment('gateway')['MAX_SOCKETS'])).toBe(chosen.socketsPerGateway)
  expect(specOf('ScaledObject', 'gateway')).toMatchObject({ maxReplicaCount: manifests.gateways })
  expect(Number(environment('messaging')['LANES'])).toBe(manifests.messaging)
  expect(specOf('HorizontalPodAutoscaler', 'messaging')).toMatchObject({ maxReplicas: manifests.messaging })
  expect(storage.size).toBe(`${manifests.postgresDiskGiB}Gi`)
  expect(Number(resources.requests.cpu)).toBe(chosen.coresPerPostgres)
})

test('the page says how many sockets each bound of the manifests is enough for', () => {
  const page = readFileSync(`${root}/docs/capacity.md`, 'utf8')
  const rows = [...page.matchAll(/^\| (.+?) +\| \d+ +\| ([\d,]+) sockets/gm)].map(
    ([, what, sockets = '']) => ({
      what,
      sockets: Number(sockets.replaceAll(',', '')),
    }),
  )
  const raised = (sockets: number) => planFor({ ...usualLoad, sockets }).toRaise.join()

  expect(rows).toHaveLength(3)
  for (const { what = '', sockets } of rows) {
    const part = new RegExp(/^gateway|^messaging|Postgres/.exec(what)![0])
    expect(raised(sockets)).not.toMatch(part)
    expect(raised(sockets * 1.05)).toMatch(part)
  }
})
