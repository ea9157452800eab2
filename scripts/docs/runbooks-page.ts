import type { Rule, RuleGroup } from '../infra/prometheus.ts'
import { blocks, generatedNote, table } from './markdown.ts'

/** Which alerts there are, and where each is told of. */
export function runbooksPage(groups: readonly RuleGroup[]): string {
  const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined)
  const byName = Map.groupBy(alerts, ({ alert = '' }) => alert)
  return (
    blocks(
      generatedNote('infra/base/monitoring'),
      '# Runbooks',
      'A page for each alert: what it means, what people notice, where to look, what to do. `page` wakes somebody; `ticket` waits for the morning.',
      table(
        ['alert', 'severity', 'what'],
        [...byName].map(([name, rules]) => [`[${name}](${name}.md)`, severities(rules), summaryOf(rules)]),
      ),
    ) + '\n'
  )
}

const severities = (rules: readonly Rule[]): string =>
  [...new Set(rules.map(({ labels }) => labels?.['severity']))].join(', ')

const summaryOf = ([rule]: readonly Rule[]): string =>
  (rule?.annotations?.['summary'] ?? '').replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '_$1_')
