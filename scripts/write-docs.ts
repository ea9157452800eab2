/**
 * Writes the pages and dashboards that are made from the code. `--check` writes nothing and fails when one is not what the code says.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { authorizationOf, natsUserList } from '@parley/local-stack'
import { appReadme } from './docs/app-readme.ts'
import { loadApps } from './docs/apps.ts'
import { faultsPage } from './docs/faults-page.ts'
import { featuresPage } from './docs/features-page.ts'
import { metricsPage } from './docs/metrics-page.ts'
import { protocolPage } from './docs/protocol-page.ts'
import { readTables } from './docs/read-tables.ts'
import { securityPage } from './docs/security-page.ts'
import { settingsPage } from './docs/settings-page.ts'
import { runbooksPage } from './docs/runbooks-page.ts'
import { storagePage } from './docs/storage-page.ts'
import { dashboardFiles } from './infra/dashboards.ts'
import { readRuleGroups } from './infra/prometheus.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

async function pages(): Promise<Record<string, string>> {
  const apps = await loadApps(root)
  const tables = await readTables(apps)
  const readmes = apps.map((app) => [
    `apps/${app.name}/README.md`,
    appReadme(root, app, tables.get(app.name)),
  ])
  return {
    'docs/protocol.md': protocolPage(),
    'docs/settings.md': settingsPage(root, apps),
    'docs/subjects-and-tables.md': storagePage(root, tables),
    'docs/metrics.md': await metricsPage(root, apps),
    'docs/security.md': securityPage(root),
    'docs/faults.md': faultsPage(root),
    'docs/features.md': featuresPage(root),
    'infra/base/nats/users.conf': natsUsersFile(),
    'docs/runbooks/README.md': runbooksPage(readRuleGroups(root)),
    ...dashboardFiles(),
    ...(Object.fromEntries(readmes) as Record<string, string>),
  }
}

/** The seeds are in Secrets; the public keys come from the environment. */
const natsUsersFile = (): string =>
  `# Written by scripts/write-docs.ts from packages/protocol/src/rights.ts. Do not edit: run \`npm run generate\`.\n${authorizationOf(
    natsUserList((user) => `$${user.toUpperCase()}_NKEY`),
  )}`

const isCurrent = (file: string, text: string): boolean =>
  existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === text

const stale = Object.entries(await pages()).filter(([file, text]) => !isCurrent(file, text))
if (!process.argv.includes('--check')) for (const [file, text] of stale) writeFileSync(join(root, file), text)
else if (stale.length > 0) {
  console.error(`${stale.map(([file]) => file).join(', ')}: not what the code says; run npm run generate`)
  process.exitCode = 1
}
