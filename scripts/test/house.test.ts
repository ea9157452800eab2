import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as protocol from '@parley/protocol'
import { asked, rpcs, serviceNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import { projectFiles } from '../check/project-files.ts'
import { loadApps } from '../docs/apps.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const apps = await loadApps(root)
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const sourcesOf = (app: string): string[] =>
  projectFiles(root, [`apps/${app}/src/**/*.ts`]).filter((file) => !file.endsWith('.test.ts'))

test('every service of the protocol is an app, and only the gateway is one besides', () => {
  expect(apps.map(({ name }) => name).toSorted()).toEqual([...serviceNames, 'gateway'].toSorted())
})

test('the launcher starts every app', () => {
  const launcher = read('packages/local-stack/src/launcher/services.ts')
  expect(apps.filter(({ name }) => !launcher.includes(`'${name}'`)).map(({ name }) => name)).toEqual([])
})

test.each(serviceNames)('%s has a handler for each of its operations', (service) => {
  const source = sourcesOf(service).map(read).join('\n')
  const constants = new Map(Object.entries(protocol).map(([name, value]) => [value as unknown, name]))
  const missing = rpcs
    .filter(({ name }) => name.startsWith(`${service}.`))
    .filter((rpc) => !new RegExp(`handle(Frames)?\\(\\s*${constants.get(rpc)}(Rpc)?\\b`).test(source))
  expect(missing.map(({ name }) => name)).toEqual([])
})

test.each(apps.filter(({ migrations }) => migrations))(
  '$name runs each of its migrations, under the name of its file',
  ({ name, migrations }) => {
    const files = projectFiles(root, [`apps/${name}/src/store/migrations/*.ts`]).map((file) =>
      basename(file, '.ts'),
    )
    expect(Object.keys(migrations ?? {})).toEqual(
      expect.arrayContaining(files.filter((file) => file !== 'index')),
    )
  },
)

test.each([...serviceNames, 'gateway'] as const)(
  '%s has the right to ask what it asks, and no more',
  (app) => {
    const sources = sourcesOf(app).map(read)
    const imports = sources.flatMap((source) =>
      [...source.matchAll(/import \{([^}]*)\} from '@parley\/protocol'/g)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.trim().split(' ')[0] ?? ''),
      ),
    )
    const values = imports.map((name) => (protocol as Record<string, unknown>)[name])
    const named = new Set(values.flatMap((value) => rpcs.filter((rpc) => value === rpc)))
    for (const rpc of values.includes(protocol.readinessRpcs) ? protocol.readinessRpcs : []) named.add(rpc)
    const ofOthers = [...named].filter(({ name }) => !name.startsWith(`${app}.`))
    const forwarded = (rpc: (typeof rpcs)[number]) => app === 'gateway' && rpc.access !== 'service'
    const names = (list: readonly (typeof rpcs)[number][]) =>
      list
        .filter((rpc) => !forwarded(rpc))
        .map(({ name }) => name)
        .toSorted()

    expect(names(asked[app])).toEqual(names(ofOthers))
    expect(rpcs.filter(forwarded).filter((rpc) => !asked[app].includes(rpc))).toEqual([])
  },
)

/** The kit reads for all services what is the same for all. */
const kitSettings = ['settings', 'telemetry']
  .map((file) => read(`packages/service-kit/src/${file}.ts`))
  .join('\n')

test.each(apps)('$name reads each of its settings', ({ name, settings }) => {
  const source = sourcesOf(name)
    .filter((file) => basename(file) !== 'config.ts')
    .map(read)
    .join('\n')
  const unread = Object.keys(settings.shape).filter(
    (setting) => !new RegExp(`\\b${setting}\\b`).test(source) && !kitSettings.includes(`config.${setting}`),
  )
  expect(unread).toEqual([])
})
