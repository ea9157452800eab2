import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commonSettings, databaseSettings, migrateEventsSettings, migrateSettings } from '@parley/service-kit'
import type { App } from './apps.ts'
import { toJsonSchema, type JsonSchema } from './json-schema.ts'
import { blocks, code, generatedNote, table } from './markdown.ts'
import { describe } from './shape.ts'

const everyService = new Set(Object.keys(commonSettings))
const everyDatabase = new Set(Object.keys(databaseSettings))

/** Every setting of every service, and those of the launcher. */
export function settingsPage(root: string, apps: readonly App[]): string {
  const withDatabase = apps.filter(({ migrations }) => migrations)
  const names = withDatabase.map(({ name }) => name).join(', ')
  return (
    blocks(
      generatedNote("each app's config.ts"),
      '# Settings',
      'Settings are environment variables. A service reads its own at start and refuses to start with one line for each that is missing or wrong. An empty value counts as absent.',
      '## On one machine',
      launcherText,
      launcherTable(root),
      '## Of every service',
      settingsTable(apps[0], (name) => everyService.has(name)),
      '## Of a service with a database',
      `These are ${names}.`,
      settingsTable(withDatabase[0], (name) => everyDatabase.has(name)),
      ...apps.map(ownSettings),
      '## Of a migration',
      `\`dist/migrate.js\` of ${names} reads these; the rest only where the service publishes events.`,
      settingsTable({ settings: migrateEventsSettings }, (name) => name in migrateSettings.shape),
      settingsTable({ settings: migrateEventsSettings }, (name) => !(name in migrateSettings.shape)),
    ) + '\n'
  )
}

export function ownSettings(app: App): string {
  const own = settingsTable(app, (name) => !everyService.has(name) && !everyDatabase.has(name))
  return blocks(`## Of ${app.name}`, own || 'None of its own.')
}

/** Empty when no setting is wanted. */
function settingsTable(app: Pick<App, 'settings'> | undefined, isWanted: (name: string) => boolean): string {
  const properties = app ? (toJsonSchema(app.settings).properties ?? {}) : {}
  const rows = Object.entries(properties)
    .filter(([name]) => isWanted(name))
    .map(([name, schema]) => [code(name), byDefault(schema), describe(schema), schema.description])
  return rows.length > 0 ? table(['setting', 'default', 'value', 'meaning'], rows) : ''
}

function byDefault(schema: JsonSchema): string {
  if (schema.default === undefined) return 'required'
  return schema.default === '' ? 'empty' : code(JSON.stringify(schema.default).replaceAll('"', ''))
}

const launcherText =
  '`npm start` reads these, passes everything else on to the services, and chooses what each of them needs (`NATS_URL`, `DATABASE_URL`, ports, `INSTANCE`).'

const launcherSettings: Record<string, [byDefault: string, meaning: string]> = {
  PORT: ['`8000`', 'Port of the first gateway; the n-th serves on `PORT + n - 1`'],
  HOST: ['`127.0.0.1`', 'Address that the gateways listen on'],
  GATEWAYS: ['`1`', 'How many gateways'],
  DATA_DIR: ['`.parley`', 'Data, logs and `state.json`'],
  DATABASE_URL: ['empty', 'A Postgres to use instead of one of its own'],
  NATS_URL: ['empty', 'A nats-server to use instead of one of its own'],
  DRAIN_SECONDS: ['`20`', 'Over which sockets move elsewhere when it stops'],
}

/** The launcher reads its few settings by hand; a name that only one side knows stops the writing of this page. */
function launcherTable(root: string): string {
  const source = readFileSync(join(root, 'packages/local-stack/src/launcher/settings.ts'), 'utf8')
  const read = new Set([...source.matchAll(/env(?:\['|, ')([A-Z_]+)'/g)].map(([, name = '']) => name))
  const listed = new Set(Object.keys(launcherSettings))
  const different = [...read, ...listed].filter((name) => !read.has(name) || !listed.has(name))
  if (different.length > 0)
    throw new Error(`launcherSettings and the launcher differ in ${different.join(', ')}`)
  return table(
    ['setting', 'default', 'meaning'],
    Object.entries(launcherSettings).map(([name, cells]) => [code(name), ...cells]),
  )
}
