import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { overlaysOf, renderOverlay } from '../../infra/render.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Cluster {
  plugins: { name: string; enabled: boolean; isWALArchiver: boolean; parameters: Record<string, string> }[]
}
interface Backup {
  suspend?: boolean
  cluster: object
  pluginConfiguration: { name: string }
}
interface Store {
  configuration: { destinationPath: string }
}

test.each(overlaysOf(root))(
  'Postgres of %s is backed up each night, with the log between, where there is something to lose',
  async (overlay) => {
    const objects = await renderOverlay(root, overlay)
    const one = <Spec>(kind: string) => {
      const { metadata, spec } = objects.find((object) => object.kind === kind)!
      return { name: metadata.name, spec: spec as Spec }
    }
    const store = one<Store>('ObjectStore')
    const backup = one<Backup>('ScheduledBackup')
    const cluster = one<Cluster>('Cluster')
    const isOn = overlay !== 'dev'

    expect(cluster.spec.plugins).toEqual([
      {
        ...{ name: backup.spec.pluginConfiguration.name, enabled: isOn, isWALArchiver: true },
        parameters: { barmanObjectName: store.name },
      },
    ])
    expect(backup.spec.cluster).toEqual({ name: cluster.name })
    expect(backup.spec.suspend ?? false).toBe(!isOn)
    // Two installations in one place would write into each other's log.
    if (isOn) expect(store.spec.configuration.destinationPath).toMatch(new RegExp(`/${overlay}/$`))
  },
  60_000,
)
