import { beforeAll, describe, expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import { overlaysOf, renderOverlay, type Manifest } from '../../infra/render.ts'
import { schemaFaults } from '../../infra/schemas.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

// A first run may have to fetch kubectl; the schemas of all kinds take a few seconds to read.
const timeout = 120_000

test.each(overlaysOf(root))('every object of %s is as its schema wants it', { timeout }, async (overlay) => {
  const objects = await renderOverlay(root, overlay)

  expect(objects.length).toBeGreaterThan(30)
  expect(await schemaFaults(root, objects)).toEqual([])
})

describe('a planted fault is found', { timeout }, () => {
  let objects: Manifest[]
  beforeAll(async () => {
    objects = await renderOverlay(root, 'prod')
  }, timeout)

  const planted: [what: string, place: string, value: unknown, fault: RegExp][] = [
    ['a field that does not exist', 'Deployment:spec.template.spec.containers.0.imagee', 'x', /imagee/],
    ['a field that does not exist, of an operator', 'Cluster:spec.instancess', 3, /instancess/],
    ['a field that does not exist, of the backups', 'ScheduledBackup:spec.schedul', 'x', /schedul/],
    ['a field that does not exist, of their store', 'ObjectStore:spec.configuration.wall', {}, /wall/],
    ['a setting of the store that it has not', 'ObjectStore:spec.retention', '30d', /retention/],
    [
      'a missing field, of the store',
      'ObjectStore:spec.configuration.destinationPath',
      undefined,
      /destinationPath/,
    ],
    ['a field that does not exist, of a route', 'HTTPRoute:spec.rules.0.timeouts.reqest', '0s', /reqest/],
    ['a wrong type', 'StatefulSet:spec.replicas', '3', /replicas/],
    ['a value that is no duration', 'HTTPRoute:spec.rules.0.timeouts.request', 'soon', /request/],
    ['a missing field', 'HorizontalPodAutoscaler:spec.maxReplicas', undefined, /maxReplicas/],
    ['a kind that nobody knows', 'ScaledObject:kind', 'ScaleObject', /no schema of keda/],
  ]
  test.each(planted)('%s', async (_, place, value, fault) => {
    const [kind, field = ''] = place.split(':')
    const object = structuredClone(objects.find((one) => one.kind === kind)!)
    plant(object, field, value)

    expect((await schemaFaults(root, [object])).join('\n')).toMatch(fault)
  })
})

function plant(object: object, field: string, value: unknown): void {
  const path = field.split('.')
  const last = path.pop()!
  const parent = path.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    object as Record<string, unknown>,
  )
  if (value === undefined) delete parent[last]
  else parent[last] = value
}
