import { nameOf } from './plan.ts'
import { PARTS, type Recovery } from './recovery.ts'
import { HEADS, seconds, type Report } from './report.ts'
import type { Violation } from './checker.ts'

const KINDS: readonly Violation['kind'][] = ['lost', 'doubled', 'swapped', 'other']

/** A run's report in Markdown; `plot` is the name of the picture beside it. */
export function reportPage(report: Report, plot: string): string {
  const { seed, seconds: lasted, acknowledged, recoveries, counts, violations } = report
  const byKind = KINDS.map((kind) => `${violations.filter((one) => one.kind === kind).length} ${kind}`)
  return `${[
    `# Faults, seed ${seed}`,
    `${recoveries.length} faults in ${lasted} s; **${acknowledged} messages acknowledged: ${byKind.join(', ')}**.`,
    counts.map((line) => `- ${line}`).join('\n'),
    `![Acknowledged messages a second, and each recovery](${plot})`,
    '## Recovery by kind, in seconds: median / worst',
    recoveryTable(recoveries),
    violations.length > 0 ? '## Violations' : '',
    violations.map(({ kind, text }) => `- ${kind}: ${text}`).join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n')}\n`
}

function recoveryTable(recoveries: readonly Recovery[]): string {
  const kinds = Map.groupBy(recoveries, ({ faults }) => nameOf(faults))
  const rows = [...kinds].toSorted().map(([kind, all]) => {
    const times = PARTS.map((part) => medianAndWorst(all.map((recovery) => recovery[part])))
    const closes = all.reduce((sum, recovery) => sum + recovery.closes, 0)
    return [kind, String(all.length), ...times, String(closes)]
  })
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = ['fault', 'times', ...HEADS]
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  )
}

function medianAndWorst(times: readonly (number | undefined)[]): string {
  const sorted = times.map((time = Infinity) => time).sort((a, b) => a - b)
  const at = (index: number): string => {
    const time = sorted[index] as number
    return seconds(time === Infinity ? undefined : time)
  }
  return `${at(Math.floor((sorted.length - 1) / 2))} / ${at(sorted.length - 1)}`
}
