import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectFiles } from '../../check/project-files.ts'
import { dashboardFiles } from '../../infra/dashboards.ts'
import { foreignMetrics } from '../../infra/foreign-metrics.ts'
import { metricsIn, promtoolFaults, readRuleGroups, type RuleGroup } from '../../infra/prometheus.ts'
import { overlaysOf, renderOverlay } from '../../infra/render.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const groups = readRuleGroups(root)
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.filter(({ alert }) => alert !== undefined)
const names = [...new Set(alerts.map(({ alert = '' }) => alert))].toSorted()
const tests = join(root, 'infra/alert-tests')

// A first run may have to fetch promtool, and days of figures are computed.
const PATIENCE_MS = 300_000

test(
  'promtool accepts the rules, and they come out as their tests say',
  { timeout: PATIENCE_MS },
  async () => {
    expect(await promtoolFaults(groups, tests)).toBe('')
  },
)

test(
  'promtool refuses a rule that cannot be read, and one that misses its alarm',
  { timeout: PATIENCE_MS },
  async () => {
    const changed = (expr: string): RuleGroup[] =>
      groups.map(({ name, rules: own }) => ({
        name,
        rules: own.map((rule) => (rule.alert === 'PostgresDown' ? { ...rule, expr } : rule)),
      }))
    const servers = changed('cnpg_collector_up == 2').filter(({ name }) => name === 'servers')

    expect(await promtoolFaults(changed('cnpg_collector_up = ('))).toMatch(/parse error/)
    expect(await promtoolFaults(servers, tests)).toMatch(/PostgresDown/)
  },
)

test.each(overlaysOf(root))(
  'the alerts of %s miss as many servers as it has',
  { timeout: PATIENCE_MS },
  async (overlay) => {
    const objects = await renderOverlay(root, overlay)
    const specOf = <Spec>(kind: string, name: string) =>
      objects.find((object) => object.kind === kind && object.metadata.name === name)!.spec as Spec
    const { groups: own } = specOf<{ groups: RuleGroup[] }>('PrometheusRule', 'servers')
    const exprs = new Map(own.flatMap((group) => group.rules).map(({ alert, expr }) => [alert, expr]))
    const { replicas } = specOf<{ replicas: number }>('StatefulSet', 'nats')
    const { instances } = specOf<{ instances: number }>('Cluster', 'postgres')

    expect(exprs.get('NatsServerDown')).toMatch(new RegExp(` >= ${replicas}$`))
    expect(exprs.get('PostgresDown')).toMatch(new RegExp(` >= ${instances}$`))
    expect(exprs.has('PostgresWithoutStandby')).toBe(instances > 1)
    expect(await promtoolFaults(own)).toBe('')
  },
)

test('each alert is seen firing by a test, and none that does not exist', () => {
  const seen = projectFiles(root, ['infra/alert-tests/*.yaml']).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(/alertname(?:="|: )(\w+)/g)].map(([, name = '']) => name)
  })
  expect([...new Set(seen)].toSorted()).toEqual(names)
})

test('each alert says what it means, whom it wakes, and leads to its page; each page has its alert', () => {
  for (const { alert, labels, annotations } of alerts) {
    expect(labels?.['severity']).toMatch(/^(page|ticket)$/)
    expect(annotations).toEqual({
      summary: expect.stringMatching(/./),
      description: expect.stringMatching(/\$labels\.namespace/),
      runbook_url: `https://parley.example.com/docs/runbooks/${alert}.md`,
    })
  }
  const pages = projectFiles(root, ['docs/runbooks/*.md']).map((file) => basename(file, '.md'))
  expect(pages.filter((page) => page !== 'README').toSorted()).toEqual(names)
  for (const name of names) {
    const page = readFileSync(join(root, `docs/runbooks/${name}.md`), 'utf8')
    expect(page).toMatch(
      new RegExp(
        `^# ${name}\n\n.+\n\n\\*\\*What people notice\\.\\*\\* .+\n\n## Look\n\n- [^]+\n## Do\n\n- `,
      ),
    )
  }
})

const queriesOf = (json: string): string[] =>
  (JSON.parse(json) as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr),
  )

test('every query of a dashboard can be read', { timeout: PATIENCE_MS }, async () => {
  const queries = Object.values(dashboardFiles()).flatMap(queriesOf)
  const records = queries.map((expr, i) => ({
    record: `dashboard:query${i}`,
    expr: expr.replaceAll('$__rate_interval', '5m'),
  }))

  expect(records.length).toBeGreaterThan(50)
  expect(await promtoolFaults([{ name: 'dashboards', rules: records }])).toBe('')
})

test('the base holds every dashboard', () => {
  const { configMapGenerator } = parse(
    readFileSync(join(root, 'infra/base/monitoring/kustomization.yaml'), 'utf8'),
  ) as { configMapGenerator: { files: string[] }[] }
  const files = configMapGenerator.flatMap((generator) => generator.files)
  expect(files.map((file) => `infra/base/monitoring/${file}`).toSorted()).toEqual(
    Object.keys(dashboardFiles()).toSorted(),
  )
})

test('metrics of others that rules and dashboards read are all listed, and no more', () => {
  const queries = [...rules.map(({ expr }) => expr), ...Object.values(dashboardFiles()).flatMap(queriesOf)]
  const read = new Set(queries.flatMap(metricsIn))
  const listed = Object.values(foreignMetrics).flat()
  const foreign = [...read].filter((name) =>
    /^(gnatsd|jetstream|cnpg|barman|kubelet|certmanager)_/.test(name),
  )
  expect(foreign.toSorted()).toEqual(listed.toSorted())
})
