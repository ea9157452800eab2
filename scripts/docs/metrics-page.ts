import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createDatabaseMetrics,
  createMetrics,
  createOutboxMetrics,
  createStreamMetrics,
  createProbeMetrics,
  Registry,
  type Metrics,
} from '@parley/service-kit'
import { projectFiles } from '../check/project-files.ts'
import type { App } from './apps.ts'
import { blocks, code, codes, generatedNote, table } from './markdown.ts'

interface Metric {
  name: string
  help: string
  type: string
  labelNames?: readonly string[]
}

/** Every metric, from the registries that the services would fill. */
export async function metricsPage(root: string, apps: readonly App[]): Promise<string> {
  refuseMetricsElsewhere(root)
  const common = metricsOf(commonMetrics())
  const stored = metricsOf(databaseMetrics())
  const isCommon = new Set([...common, ...stored].map(({ name }) => name))
  const sections = apps.map(async ({ name }) => {
    const own = (await loadMetrics(root, name)).filter((metric) => !isCommon.has(metric.name))
    return own.length > 0 ? blocks(`## Of ${name}`, metricTable(own)) : ''
  })
  return (
    blocks(
      generatedNote('the metrics that the services make'),
      '# Metrics',
      'Each process serves `/metrics` on its probe port, in the text format of Prometheus. Every series carries the label `service`. Labels are bounded: names and codes, never ids. Besides these there are the usual figures of a Node process (`process_*`, `nodejs_*`).',
      '## Of every service',
      metricTable(common.filter(({ name }) => !/^(process|nodejs)_/.test(name))),
      '## Of a service with a database',
      metricTable(stored),
      ...(await Promise.all(sections)),
    ) + '\n'
  )
}

function commonMetrics(): Metrics {
  const metrics = createMetrics('docs')
  createProbeMetrics(metrics)
  return metrics
}

function databaseMetrics(): Pick<Metrics, 'registry'> {
  const metrics = { registry: new Registry() }
  createDatabaseMetrics(metrics, { totalCount: 0, idleCount: 0, waitingCount: 0 }, 0)
  createOutboxMetrics(metrics, () => ({ pending: 0, lagSeconds: 0 }))
  createStreamMetrics(metrics)
  return metrics
}

const metricTable = (metrics: readonly Metric[]): string =>
  table(
    ['metric', 'kind', 'labels', 'meaning'],
    metrics
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, type, labelNames = [], help }) => [code(name), type, codes(labelNames), help]),
  )

const metricsOf = ({ registry }: Pick<Metrics, 'registry'>): Metric[] =>
  registry.getMetricsAsArray() as unknown as Metric[]

/** An app makes its metrics in functions `create…Metrics` of `metrics.ts`; what else they take are functions to read from. */
async function loadMetrics(root: string, app: string): Promise<Metric[]> {
  const file = join(root, 'apps', app, 'src/metrics.ts')
  if (!existsSync(file)) return []
  const module = (await import(file)) as Record<string, unknown>
  const metrics = createMetrics(app)
  for (const [name, create] of Object.entries(module)) {
    if (/^create\w*Metrics$/.test(name) && typeof create === 'function') create(metrics, () => 0)
  }
  return metricsOf(metrics)
}

function refuseMetricsElsewhere(root: string): void {
  const elsewhere = projectFiles(root, ['{packages,apps}/*/src/**/*.ts'])
    .filter((file) => !file.endsWith('/src/metrics.ts') && !file.endsWith('.test.ts'))
    .filter((file) => /new (Counter|Gauge|Histogram|Summary)\(/.test(readFileSync(join(root, file), 'utf8')))
  if (elsewhere.length > 0) throw new Error(`metrics belong in metrics.ts, not in ${elsewhere.join(', ')}`)
}
