import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPromtool, readStackConfig } from '@parley/local-stack'
import { parseAllDocuments, stringify } from 'yaml'

export interface Rule {
  alert?: string
  record?: string
  expr: string
  for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export interface RuleGroup {
  name: string
  rules: Rule[]
}

const FOLDER = 'infra/base/monitoring'

/** The groups of every PrometheusRule of the manifests. */
export const readRuleGroups = (root: string): RuleGroup[] =>
  readdirSync(join(root, FOLDER))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(root, FOLDER, file), 'utf8')))
    .map((document) => document.toJS() as { kind: string; spec: { groups: RuleGroup[] } })
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups)

/** Names of the metrics that a query reads. */
export function metricsIn(query: string): string[] {
  const bare = query
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
  const words = bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\w|\s*\()/g)
  return [...new Set([...words].map(([word]) => word))].filter(
    (word) => !/^(and|or|unless|bool|offset)$/.test(word),
  )
}

/** What promtool says of rules and, where a folder of their tests is given, of how these come out; empty when all is well. */
export async function promtoolFaults(groups: readonly RuleGroup[], tests?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-rules-'))
  try {
    await writeFile(join(folder, 'rules.yaml'), stringify({ groups }))
    const checked = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml'], folder)
    if (checked !== '' || tests === undefined) return checked
    await cp(tests, join(folder, 'tests'), { recursive: true })
    return await promtool(['test', 'rules', ...(await testFiles(tests))], folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const testFiles = async (tests: string): Promise<string[]> =>
  (await readdir(tests)).toSorted().map((file) => join('tests', file))

async function promtool(args: string[], cwd: string): Promise<string> {
  const file = await findPromtool(readStackConfig())
  try {
    await promisify(execFile)(file, args, { cwd })
    return ''
  } catch (err) {
    const { stdout = '', stderr = '', message } = err as Error & { stdout?: string; stderr?: string }
    return `${stdout}${stderr}`.trim() || message
  }
}
