import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportPage } from './report-page.ts'
import { reportPlot } from './report-plot.ts'
import type { Report } from './report.ts'
import { runFaults, SYSTEM_ENV } from './run.ts'
import { startStand } from './stand.ts'

const USAGE =
  'usage: npm run faults -- [--seed <whole number>] [--minutes <number>] [--rate <messages a second>] [--report <folder>]'

interface Options {
  seed: number
  minutes: number
  sendsPerSecond: number
  folder: string | undefined
}

function readOptions(): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { seed: text, minutes: text, rate: text, report: text } })
  const { seed = String(Date.now() % 1_000_000), minutes = '5', rate = '100', report: folder } = values
  const numbers = { seed: Number(seed), minutes: Number(minutes), sendsPerSecond: Number(rate) }
  if (Number.isSafeInteger(numbers.seed) && numbers.minutes >= 0 && numbers.sendsPerSecond > 0)
    return { ...numbers, folder }
  throw new Error('a seed is a whole number, minutes are a number from 0 on, and a rate is one above 0')
}

async function writeReport(folder: string, report: Report): Promise<void> {
  const name = `faults-${report.seed}`
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.md`), reportPage(report, `${name}.svg`))
  await writeFile(join(folder, `${name}.svg`), reportPlot(report))
}

try {
  const options = readOptions()
  await using stand = await startStand({ gateways: 3, env: SYSTEM_ENV, seed: options.seed })
  const report = await runFaults(stand, { ...options, print: (line) => console.log(line) })
  if (options.folder !== undefined) await writeReport(options.folder, report)
  const { violations, acknowledged } = report
  console.log(
    `${acknowledged} acknowledged; ${violations.length === 0 ? 'nothing was lost' : `${violations.length} faults found`}`,
  )
  process.exitCode = violations.length === 0 ? 0 : 1
} catch (err) {
  // What went wrong at first, where the end of all that was begun goes wrong for it too.
  console.error(err instanceof SuppressedError ? [err.suppressed, err.error] : (err as Error).message)
  console.error(USAGE)
  process.exitCode = 1
}
