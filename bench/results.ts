// What a bench has measured, as Markdown: printed, and kept in `bench/results` for `npm run bench -- report`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { median, round } from './statistics.ts'

export interface Result {
  /** With which it is measured again. */
  command: string
  /** Where and when, and how much other work the machine had. */
  circumstances: string
  text: string
}

const FOLDER = join(import.meta.dirname, 'results')
const withoutPath = (option: string): string => (option.includes('/') ? 'PATH' : option)
const fileOf = (bench: string): string => join(FOLDER, `${bench}.json`)

/** `name` is the bench's; what ran it before is replaced. */
export async function keep(name: string, text: string): Promise<void> {
  const result: Result = {
    command: ['npm run bench --', name.replace(/-.*/, ''), ...process.argv.slice(2).map(withoutPath)].join(
      ' ',
    ),
    circumstances: `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.versions.node}, load average ${round(loadavg()[1] ?? 0, 1)}`,
    text,
  }
  await mkdir(FOLDER, { recursive: true })
  await writeFile(fileOf(name), `${JSON.stringify(result, null, 2)}\n`)
  console.log(text)
}

export async function findResult(name: string): Promise<Result | undefined> {
  const text = await readFile(fileOf(name), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Result)
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Median, least and greatest. */
export const spread = (values: readonly number[], digits: number): string =>
  `${round(median(values), digits)} (${round(Math.min(...values), digits)}–${round(Math.max(...values), digits)})`
